import type { Migration } from './migration.ts'

export const releasePoints: Migration = {
  name: '0005-release-points',
  statements: ({ text, int, float }) => [
    `create table release_points (
      release ${text} not null references releases (id) on delete cascade,
      place ${int} not null,
      at_ms ${int} not null,
      span_ms ${int} not null,
      looks ${int} not null,
      takes ${int} not null,
      candidate_requests ${int} not null,
      candidate_bad ${int} not null,
      stable_requests ${int} not null,
      stable_bad ${int} not null,
      candidate_p99_ms ${float},
      stable_p99_ms ${float},
      toward_roll_back ${float} not null,
      toward_promotion ${float} not null,
      weight ${float} not null,
      primary key (release, place)
    )`,
  ],
}
