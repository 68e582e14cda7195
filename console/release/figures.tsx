import type { ReactNode } from 'react'
import type { LatencyView, ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { Swatch } from '../service/traffic-bar.tsx'

interface Row {
  readonly version: string
  readonly isNew: boolean
  readonly values: readonly ReactNode[]
}

/** Both versions side by side: what they answered, and how long that took. */
export function Figures({ release }: { readonly release: ReleaseView }) {
  const { say, format } = useWords()
  const { version, candidate, stable, latency } = release
  const previous = release.previous ?? ''
  const counted = ({ requests, bad }: ReleaseView['candidate']): ReactNode[] => [
    format.count(requests),
    format.count(bad),
    requests === 0 ? <NoData key="share" /> : format.share(bad / requests),
  ]
  const timed = (took: LatencyView['candidate'] | undefined): ReactNode[] =>
    [took?.p50Ms ?? null, took?.p95Ms ?? null, took?.p99Ms ?? null].map((ms, i) =>
      // Three columns, always in this order.
      // oxlint-disable-next-line react/no-array-index-key
      ms === null ? <NoData key={i} /> : format.milliseconds(ms),
    )
  return (
    <div className="grid gap-x-10 gap-y-4 border-t border-line pt-4 md:grid-cols-2 lg:col-span-2">
      <Table
        columns={[say('requests'), say('requests.bad'), say('requests.share')]}
        rows={[
          { version, isNew: true, values: counted(candidate) },
          { version: previous, isNew: false, values: counted(stable) },
        ]}
      />
      <div>
        <Table
          columns={[`${say('charts.latency')} p50`, 'p95', 'p99']}
          rows={[
            { version, isNew: true, values: timed(latency?.candidate) },
            { version: previous, isNew: false, values: timed(latency?.stable) },
          ]}
        />
        <p className="mt-1 text-sm text-faint">{say(latency ? 'latency.since' : 'latency.none')}</p>
      </div>
    </div>
  )
}

function Table({ columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly Row[] }) {
  const { say } = useWords()
  return (
    <table className="w-full self-start text-left">
      <thead>
        <tr className="text-sm text-faint *:pb-1 *:font-normal">
          <th scope="col">{say('version')}</th>
          {columns.map(column => (
            <th key={column} scope="col" className="pl-3 text-right">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ version, isNew, values }) => (
          <tr key={version} className="*:py-0.5">
            <th scope="row" className="font-medium">
              <span className="inline-flex items-center gap-2">
                <Swatch isNew={isNew} />
                {version}
              </span>
            </th>
            {values.map((value, i) => (
              // As many as columns, in their order.
              // oxlint-disable-next-line react/no-array-index-key
              <td key={i} className="pl-3 text-right">
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A dash, and words for those who listen. */
function NoData() {
  const { say } = useWords()
  return (
    <>
      <span aria-hidden="true" className="text-faint">
        –
      </span>
      <span className="sr-only">{say('latency.noData')}</span>
    </>
  )
}
