import { z } from 'zod'
import { Name } from './common.ts'

const Version = z.string().min(1).max(128)
const Note = z.string().max(2_000).optional().describe('Why, for the logbook.')

export const DeployBody = z
  .strictObject({
    version: Version.describe('The name of the version; it stands for ever for what is deployed under it.'),
    command: z
      .union([z.string().min(1).max(10_000), z.array(z.string().max(10_000)).min(1).max(200)])
      .optional()
      .describe('What runs instead of the configured command: a line for the shell, or a program and its arguments.'),
    strategy: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('A whole strategy instead of the configured one, as in shipwatch.yaml.'),
    note: Note,
  })
  .describe('What is to be deployed.')
export type DeployBody = z.output<typeof DeployBody>

export const OrderBody = z.strictObject({ note: Note }).describe('An order for a release.')
export type OrderBody = z.output<typeof OrderBody>

export const RollBackBody = z
  .strictObject({
    to: Version.optional().describe('The version to go back to; by default the one beside the newest.'),
    note: Note,
  })
  .describe('An order to go back.')
export type RollBackBody = z.output<typeof RollBackBody>

export const ReleaseQuery = z.strictObject({
  service: Name.optional().describe('Only the releases of this service.'),
  before: Name.optional().describe('Only what is older than this release: `rel_…`.'),
  limit: z.coerce.number().int().min(1).max(500).optional().describe('How many at most; 50 unless told otherwise.'),
})
export type ReleaseQuery = z.output<typeof ReleaseQuery>
