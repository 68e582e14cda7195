/** What will happen, one sentence a line. */
export function Consequences({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="grid gap-2 rounded-md bg-sunken px-4 py-3">
      {lines.map(line => (
        <li key={line} className="flex gap-2.5">
          <span aria-hidden="true" className="text-faint">
            →
          </span>
          {line}
        </li>
      ))}
    </ul>
  )
}
