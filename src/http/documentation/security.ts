/** How a caller shows who it is, for the document. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token (`shipwatch token create`), or on the machine of the hub what stands in its `hub.token`.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'shipwatch',
    description:
      'Of somebody who signed in. Its name has the port of the hub behind it, or `__Host-` before it where people come by https.',
  },
} as const

/** Any one of these is enough. */
export const SECURITY: readonly Readonly<Record<string, readonly string[]>>[] = [{ token: [] }, { session: [] }]
