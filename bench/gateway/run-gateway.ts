/** The gateway as a process of its own, with the options given as JSON. */
import { runGateway } from '../../src/gateway/index.ts'
import { systemClock } from '../../src/kernel/index.ts'

const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
await runGateway(JSON.parse(process.argv[2] ?? '{}'), systemClock, stopping.signal)
