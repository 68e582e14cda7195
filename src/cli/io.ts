import type { Client } from '../client/index.ts'
import type { Clock } from '../kernel/index.ts'

/** Where text goes. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** The world around one call of the command line. */
export interface Io {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborts on Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal
}

/** Flags of the verbs that run on this machine instead of asking a hub. */
export interface LocalOptions {
  readonly config?: string
}

export interface HubOptions extends LocalOptions {
  readonly json: boolean
}

export interface GatewayOptions extends LocalOptions {
  /** Address for the traffic: `127.0.0.1:8080`. */
  readonly listen?: string
  /** Address or socket path for the hub. */
  readonly admin?: string
  /** Folder for what it must remember. */
  readonly data?: string
}

export interface CheckOptions extends LocalOptions {
  readonly json: boolean
  /** Prints the JSON Schema of the file instead. */
  readonly schema?: boolean
}

export interface ConnectOptions {
  readonly hub?: string
  readonly config?: string
  /** A file that holds the token. */
  readonly tokenFile?: string
  /** Who asks, for the logbook: `cli/li`. */
  readonly actor: string
}

/** What the composition root gives. */
export interface Deps {
  readonly clock: Clock
  readonly version: string
  /** Finds the hub's address and token; rejects with `InvalidInput` when the configuration is wrong. */
  connect(options: ConnectOptions): Promise<Client>
  /** Verbs that run here. Each resolves with the exit code. */
  readonly local: {
    up(options: HubOptions): Promise<number>
    down(options: HubOptions): Promise<number>
    hub(options: HubOptions): Promise<number>
    gateway(options: GatewayOptions): Promise<number>
    check(options: CheckOptions): Promise<number>
  }
}
