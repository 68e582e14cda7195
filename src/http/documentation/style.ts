/** Of the page alone: nothing is fetched from elsewhere, and nothing of it needs a script. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --text: #1b2430; --quiet: #56616f; --line: #d9dee5; --sheet: #f5f7f9; --accent: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --text: #e4e9f0; --quiet: #9aa6b5; --line: #2c3541; --sheet: #1a2029; --accent: #7ab7f5; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; }
h4 { margin: 1rem 0 .25rem; font-size: .875rem; font-weight: 600; color: var(--quiet); }
p { margin: .5rem 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font: .875em/1.5 ui-monospace, monospace; }
.quiet { color: var(--quiet); }
nav ul { margin: 1rem 0; padding: 0; list-style: none; columns: 24rem; }
nav li { break-inside: avoid; padding: .125rem 0; }
article { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--sheet); }
.method { display: inline-block; min-width: 3rem; font: 600 .8125rem ui-monospace, monospace; color: var(--accent); }
dl { margin: 0; display: grid; grid-template-columns: minmax(8rem, 1fr) 3fr; gap: .25rem 1rem; }
dt { font-weight: 400; }
dd { margin: 0; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; padding-left: 1rem; }
}
`
