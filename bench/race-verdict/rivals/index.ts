import type { Rival } from '../rival.ts'
import { ARGO_ROLLOUTS } from './argo-rollouts.ts'
import { CODE_DEPLOY } from './code-deploy.ts'
import { FLAGGERS } from './flagger.ts'
import { KAMAL } from './kamal.ts'
import { KAYENTA } from './kayenta.ts'
import { SHIPWATCHES } from './shipwatch.ts'

/** Everyone in the race. */
export const RIVALS: readonly Rival[] = [...SHIPWATCHES, ...FLAGGERS, ...ARGO_ROLLOUTS, KAYENTA, CODE_DEPLOY, KAMAL]
