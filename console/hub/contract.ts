/*
 * What the hub's API gives and takes. Types alone: the hub checks its answers against the schemas in its own
 * tests, so the schemas, and zod with them, stay out of the browser.
 */
export type {
  DeployBody,
  EntryQuery,
  EntryView,
  InstanceView,
  OrderBody,
  OutcomeView,
  Phase,
  Problem,
  ReleaseQuery,
  ReleaseView,
  RollBackBody,
  ServiceView,
  SignalView,
  StageView,
  StatusView,
  Tally,
  VerdictView,
  VerifyView,
} from '../../src/client/contract.ts'
export type { LiveEvent, Point } from '../../src/client/live.ts'
export type { PasswordBody, Scope, SessionView, SignInBody } from '../../src/client/session.ts'
