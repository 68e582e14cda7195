import { runService } from '../chassis/run.ts'
import { readPaymentSettings, startPayment } from './start.ts'

await runService('payment', readPaymentSettings, startPayment)
