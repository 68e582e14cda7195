import { remember } from './data.ts'
import type { Evaluation } from './evaluations.ts'
import { evaluateFirst } from './peak.ts'

/* A process of its own for one evaluation: `run-first.ts EVALUATION LIMITS`, both JSON, prints what it took as JSON. */

const [evaluationText = '', limits = '{}'] = process.argv.slice(2)
const evaluation = JSON.parse(evaluationText) as Evaluation
const first = await evaluateFirst(remember(evaluation.metrics), evaluation, JSON.parse(limits))
console.log(JSON.stringify(first))
