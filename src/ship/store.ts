import { Conflict, NotFound } from '../kernel/index.ts'
import { append } from '../logbook/index.ts'
import type { ServiceRow, Store, Transaction } from '../store/index.ts'
import { type Point, pointOf } from './points/point.ts'
import { keepPoint, lastPoint, readPoints } from './points/store.ts'
import { purposeOf } from './release/because.ts'
import { tell } from './release/moves.ts'
import type { Plan, Release, ReleaseState, Told } from './release/release.ts'
import { stateOf } from './release/stored.ts'
import type { Workload } from './targets/target.ts'

/** A service as releases left it. */
export interface ServiceRecord {
  readonly service: string
  readonly stableVersion: string | null
  readonly stableRelease: string | null
  readonly fleet: Fleet
}

/** What should be there for a service: which versions run how many instances, and how traffic is divided. */
export interface Fleet {
  readonly versions: readonly { readonly version: string; readonly instances: number; readonly weight: number }[]
}

/** What belongs into the transaction that writes a release, beside the release. */
export type Along = (tx: Transaction, release: Release) => Promise<void>

/** Which state of a release is the present one. */
export type Revision = Pick<Release, 'id' | 'revision'> & { readonly phase: string }

type ReleaseRow = {
  readonly id: string
  readonly plan: string
  readonly state: string
  readonly created_at_ms: number
  readonly revision: number
}

const COLUMNS = ['id', 'plan', 'state', 'created_at_ms', 'revision'] as const

function releaseOf(row: ReleaseRow): Release {
  const plan: Plan = JSON.parse(row.plan)
  const state = stateOf(plan, JSON.parse(row.state))
  return { id: row.id, plan, state, createdMs: row.created_at_ms, revision: row.revision }
}

function recordOf(row: ServiceRow): ServiceRecord {
  return {
    service: row.name,
    stableVersion: row.stable_version,
    stableRelease: row.stable_release,
    fleet: JSON.parse(row.state),
  }
}

function isSame(one: ServiceRow, other: ServiceRow): boolean {
  return (
    one.state === other.state &&
    one.stable_version === other.stable_version &&
    one.stable_release === other.stable_release
  )
}

const noRelease = (id: string): NotFound =>
  new NotFound(`no release ${id}`, { field: 'release', hint: 'shipwatch releases lists those there are.' })

/** Releases, versions and services, kept together with the lines that tell of them. */
export class ReleaseStore {
  readonly #store: Store
  /** Each service as it was read last: most are the same at the next look. */
  readonly #records = new Map<string, { readonly row: ServiceRow; readonly record: ServiceRecord }>()

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * Writes down a release that was asked for. A version is immutable: its name stands for ever for
   * the workload that it was first deployed with. Rejects with `Conflict` where that is another one, and where the
   * version is in service or on its way.
   */
  async create(plan: Plan, state: ReleaseState, actor: string, along?: Along): Promise<Release> {
    const workload = JSON.stringify(plan.workload)
    return this.#store.transaction(async tx => {
      const nowMs = tx.atMs
      const id = tx.newId('rel')
      await refuseRepetition(tx, plan)
      const known = await tx.db
        .selectFrom('versions')
        .select('workload')
        .where('service', '=', plan.service)
        .where('version', '=', plan.version)
        .executeTakeFirst()
      if (known && known.workload !== workload) {
        throw new Conflict(
          `${plan.service} ${plan.version} was deployed before with another command or configuration`,
          {
            field: 'version',
            hint: 'A version never changes: deploy what is different under a new name.',
          },
        )
      }
      if (!known) {
        const version = { service: plan.service, version: plan.version, workload, created_at_ms: nowMs }
        await tx.db.insertInto('versions').values(version).execute()
      }
      await tx.db
        .insertInto('services')
        .values({
          name: plan.service,
          stable_version: null,
          stable_release: null,
          updated_at_ms: nowMs,
          state: JSON.stringify({ versions: [] } satisfies Fleet),
        })
        .onConflict(conflict => conflict.column('name').doNothing())
        .execute()
      await tx.db
        .insertInto('releases')
        .values({
          id,
          service: plan.service,
          version: plan.version,
          phase: state.phase,
          active: 1,
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
          revision: 1,
          plan: JSON.stringify(plan),
          state: JSON.stringify(state),
        })
        .execute()
      const release: Release = { id, plan, state, createdMs: nowMs, revision: 1 }
      const data = { version: plan.version, strategy: plan.strategy, stages: plan.stages.map(stage => stage.name) }
      await this.#tell(tx, release, [tell('release.asked', actor, purposeOf(plan), data)])
      await along?.(tx, release)
      return release
    })
  }

  /**
   * Saves what a step led to, with the lines that tell of it, in one transaction. `false` when
   * somebody else changed the release since it was read: then nothing was written.
   */
  async save(before: Release, state: ReleaseState, entries: readonly Told[], along?: Along): Promise<Release | false> {
    const { plan } = before
    const revision = before.revision + 1
    return this.#store.transaction(async tx => {
      const nowMs = tx.atMs
      const updated = await tx.db
        .updateTable('releases')
        .set({
          phase: state.phase,
          active: state.phase === 'ended' ? 0 : 1,
          updated_at_ms: nowMs,
          revision,
          state: JSON.stringify(state),
        })
        .where('id', '=', before.id)
        .where('revision', '=', before.revision)
        .executeTakeFirst()
      if (Number(updated.numUpdatedRows) !== 1) return false
      const fleet = changedFleet(plan, before.state, state)
      if (fleet) {
        const stable = state.stable === 'candidate' ? plan.version : (state.previous?.version ?? null)
        await tx.db
          .updateTable('services')
          .set({
            updated_at_ms: nowMs,
            state: JSON.stringify(fleet),
            ...(changesStable(before.state, state) ? { stable_version: stable, stable_release: before.id } : {}),
          })
          .where('name', '=', plan.service)
          .execute()
      }
      const point = pointOf(before.state, state)
      if (point) await keepPoint(tx, before.id, point)
      const release: Release = { ...before, state, revision }
      await this.#tell(tx, release, entries)
      await along?.(tx, release)
      return release
    })
  }

  async #tell(tx: Transaction, release: Release, entries: readonly Told[]): Promise<void> {
    const { service, version } = release.plan
    for (const { kind, actor, reason, data } of entries) {
      await append(tx, {
        kind,
        subject: `release/${release.id}`,
        service,
        actor,
        data: { version, ...data },
        ...(reason === undefined ? {} : { reason }),
      })
    }
  }

  async find(id: string): Promise<Release> {
    const row = await this.#store.db.selectFrom('releases').select(COLUMNS).where('id', '=', id).executeTakeFirst()
    if (row) return releaseOf(row)
    throw noRelease(id)
  }

  /** Releases that are not over, oldest first. */
  async active(service?: string): Promise<readonly Release[]> {
    let query = this.#store.db.selectFrom('releases').select(COLUMNS).where('active', '=', 1)
    if (service !== undefined) query = query.where('service', '=', service)
    return (await query.orderBy('id').execute()).map(releaseOf)
  }

  /** Of every release that is not over, and of those named: which state is the present one. */
  async revisions(also: readonly string[] = []): Promise<readonly Revision[]> {
    const query = this.#store.db.selectFrom('releases').select(['id', 'revision', 'phase']).orderBy('id')
    const active = await query.where('active', '=', 1).execute()
    if (also.length === 0) return active
    const found = await query.where('id', 'in', also).execute()
    return [...new Map([...active, ...found].map(known => [known.id, known])).values()]
  }

  /** Those of the named releases that there are. */
  async findAll(ids: readonly string[]): Promise<readonly Release[]> {
    if (ids.length === 0) return []
    const rows = this.#store.db.selectFrom('releases').select(COLUMNS).where('id', 'in', ids).orderBy('id')
    return (await rows.execute()).map(releaseOf)
  }

  /** What both versions of a release did, a span at a time, oldest first. Rejects with `NotFound`. */
  async points(id: string): Promise<readonly Point[]> {
    const found = await this.#store.db.selectFrom('releases').select('id').where('id', '=', id).executeTakeFirst()
    if (!found) throw noRelease(id)
    return readPoints(this.#store, id)
  }

  lastPoint(id: string): Promise<Point | undefined> {
    return lastPoint(this.#store, id)
  }

  /** Newest first; `beforeId` goes on where an earlier page ended. */
  async list(ask: { service?: string; beforeId?: string; limit: number }): Promise<readonly Release[]> {
    let query = this.#store.db.selectFrom('releases').select(COLUMNS)
    if (ask.service !== undefined) query = query.where('service', '=', ask.service)
    if (ask.beforeId !== undefined) query = query.where('id', '<', ask.beforeId)
    return (await query.orderBy('id', 'desc').limit(ask.limit).execute()).map(releaseOf)
  }

  async service(name: string): Promise<ServiceRecord | undefined> {
    const row = await this.#store.db.selectFrom('services').selectAll().where('name', '=', name).executeTakeFirst()
    return row && recordOf(row)
  }

  /** All services. The record of one that has not changed is the same object as before. */
  async services(): Promise<readonly ServiceRecord[]> {
    const rows = await this.#store.db.selectFrom('services').selectAll().orderBy('name').execute()
    return rows.map(row => {
      const known = this.#records.get(row.name)
      if (known && isSame(known.row, row)) return known.record
      const record = recordOf(row)
      this.#records.set(row.name, { row, record })
      return record
    })
  }

  /** What a version was deployed with. */
  async workload(service: string, version: string): Promise<Workload | undefined> {
    const row = await this.#store.db
      .selectFrom('versions')
      .select('workload')
      .where('service', '=', service)
      .where('version', '=', version)
      .executeTakeFirst()
    return row && JSON.parse(row.workload)
  }
}

/** In the transaction that writes the release: two people may ask for the same thing at the same moment. */
async function refuseRepetition({ db }: Transaction, { service, version }: Plan): Promise<void> {
  const same = await db
    .selectFrom('releases')
    .select(['id', 'phase'])
    .where('service', '=', service)
    .where('version', '=', version)
    .where('active', '=', 1)
    .where('phase', 'not in', ['baking', 'retiring'])
    .executeTakeFirst()
  if (same) {
    throw new Conflict(`${service} ${version} is on its way already: it is ${same.phase}`, {
      field: 'version',
      hint: `Follow it: shipwatch show ${same.id}`,
    })
  }
  const row = await db.selectFrom('services').select('stable_version').where('name', '=', service).executeTakeFirst()
  if (row?.stable_version === version) {
    throw new Conflict(`${service} ${version} is in service already`, {
      field: 'version',
      hint: 'Deploy another version.',
    })
  }
}

/** Whether another version is the stable one now. That a release begins beside one changes nothing. */
function changesStable(before: ReleaseState, after: ReleaseState): boolean {
  return after.stable !== before.stable && !(before.stable === 'none' && after.stable === 'previous')
}

/** The fleet after a step, when the step changed it. */
function changedFleet(plan: Plan, before: ReleaseState, after: ReleaseState): Fleet | undefined {
  const same = before.running === after.running && before.share === after.share && before.stable === after.stable
  if (same || after.phase === 'waiting') return undefined
  const { candidate, stable } = after.running
  const versions = [{ version: plan.version, instances: candidate, weight: after.share.weight }]
  if (after.previous) {
    versions.push({ version: after.previous.version, instances: stable, weight: 100 - after.share.weight })
  }
  return { versions: versions.filter(({ instances }) => instances > 0) }
}
