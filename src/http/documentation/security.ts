/** How a caller shows who it is, for the document. */
export const SECURITY_SCHEMES = {
  token: { type: 'http', scheme: 'bearer', description: 'What stands in `hub.token` in the data folder of the hub.' },
} as const

/** Any one of these is enough. */
export const SECURITY: readonly Readonly<Record<string, readonly string[]>>[] = [{ token: [] }]
