import { runService } from '../chassis/run.ts'
import { readOrderSettings, startOrder } from './start.ts'

await runService('order', readOrderSettings, startOrder)
