import { fromRfc3339, roughDuration } from '../kernel/index.ts'

/** `1,204`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A share of requests as people write it: `5.0 %`, `0.04 %`, `0 %`; `-` before the first request. */
export function percent(share: number | null): string {
  if (share === null) return '-'
  const value = share * 100
  if (value === 0 || value === 100) return `${value} %`
  return value >= 0.095 ? `${value.toFixed(1)} %` : `${Number(value.toPrecision(1))} %`
}

/** A whole percentage; what is not quite reached must not look so. */
export function wholePercent(part: number): string {
  return `${part >= 1 ? 100 : Math.min(99, Math.round(part * 100))} %`
}

/** `1,204 ms`, `8.2 ms`; `-` where nothing was measured. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '-'
  return ms < 9.95 ? `${Number(ms.toFixed(1))} ms` : `${grouped(Math.round(ms))} ms`
}

/** Percent of the traffic as configured: `10 %`, `12.5 %`. */
export function weightOf(percentage: number): string {
  return `${Number(percentage.toFixed(1))} %`
}

/** Milliseconds since 1970 of a time in an answer of the hub. */
export function timeOf(rfc3339: string): number {
  return fromRfc3339(rfc3339) ?? 0
}

/** Like `roughDuration`, and in whole seconds: a clock on the screen shows no fractions. */
export function roughSeconds(durationMs: number): string {
  return roughDuration(Math.max(0, Math.floor(durationMs / 1_000)) * 1_000)
    .replace(/^0ms$/, '0s')
    .replace(/^(\d+)\.0s$/, '$1s')
}

/** How long after the beginning something was seen: `+2.5s`, `+1m 12s`. */
export function offset(elapsedMs: number): string {
  return `+${elapsedMs < 60_000 ? `${(elapsedMs / 1_000).toFixed(1)}s` : roughSeconds(elapsedMs)}`
}

/** `11:22:07` where the reader is. */
export function clockTime(atMs: number, zone: string | undefined): string {
  const { hour, minute, second } = partsOf(atMs, zone)
  return `${hour}:${minute}:${second}`
}

interface Reader {
  readonly zone: string | undefined
  readonly width: number
}

/** `2026-11-21 11:22:07 +08:00` where the reader is. */
export function wholeTime(atMs: number, { zone }: Pick<Reader, 'zone'>): string {
  const { year, month, day, timeZoneName } = partsOf(atMs, zone)
  return `${year}-${month}-${day} ${clockTime(atMs, zone)} ${timeZoneName?.replace('GMT', '') || '+00:00'}`
}

/** Terminals narrower than this have no room for the year and the zone in every line. */
const ROOM_FOR_ZONE = 110

/** The whole time; on a narrow terminal `11-21 11:22:07`. */
export function localTime(atMs: number, { zone, width }: Reader): string {
  if (width >= ROOM_FOR_ZONE) return wholeTime(atMs, { zone })
  const { month, day } = partsOf(atMs, zone)
  return `${month}-${day} ${clockTime(atMs, zone)}`
}

function partsOf(atMs: number, zone: string | undefined): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
  return Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
}

/** `1 service`, `3 services`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}
