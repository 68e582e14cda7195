/** Any text that is not empty and is UTF-8 names a label; bytes in a query that are not have become U+FFFD. */
export function isLabelName(text: string): boolean {
  return text !== '' && text.isWellFormed() && !text.includes('\ufffd')
}
