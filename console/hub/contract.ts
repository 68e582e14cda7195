/*
 * What the hub's API gives and takes. Types alone: the hub checks its answers against the schemas in its own
 * tests, so the schemas, and zod with them, stay out of the browser.
 */
export type {
  DeployBody,
  EntryQuery,
  EntryView,
  InstanceView,
  LiveEvent,
  OrderBody,
  OutcomeView,
  PasswordBody,
  Phase,
  Point,
  Problem,
  ReleaseQuery,
  ReleaseView,
  RollBackBody,
  Scope,
  ServiceView,
  SessionView,
  SignalView,
  SignInBody,
  StageView,
  StatusView,
  Tally,
  VerdictView,
  VerifyView,
} from '../../src/client/index.ts'
