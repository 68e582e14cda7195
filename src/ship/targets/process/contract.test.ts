import { targetContract } from '../target.contract.fixture.ts'
import { processHarness } from './harness.fixture.ts'

targetContract('processes', processHarness)
