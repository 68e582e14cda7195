import { runService } from '../chassis/run.ts'
import { readStorefrontSettings, startStorefront } from './start.ts'

await runService('storefront', readStorefrontSettings, startStorefront)
