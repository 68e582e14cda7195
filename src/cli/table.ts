import type { Verb } from './verb.ts'
import { channels, channelsTest } from './verbs/channels.ts'
import { complete, completion } from './verbs/completion.ts'
import { deliveries, deliveriesShow } from './verbs/deliveries.ts'
import { deploy } from './verbs/deploy.ts'
import { init } from './verbs/init.ts'
import { check, down, gateway, hub, up } from './verbs/local.ts'
import { logbook, verify } from './verbs/logbook.ts'
import { pause, promote, rearm, resume } from './verbs/orders.ts'
import { releases } from './verbs/releases.ts'
import { rollback } from './verbs/rollback.ts'
import { show } from './verbs/show.ts'
import { status } from './verbs/status.ts'
import { token, tokenCreate, tokenList, tokenRevoke } from './verbs/token.ts'
import { user, userAdd, userChange, userDisable, userEnable, userList, userResetPassword } from './verbs/user.ts'
import { version } from './verbs/version.ts'

/** Every verb, in the order of the help. What is parsed, explained and completed comes from here. */
export const VERBS: readonly Verb[] = [
  init,
  check,
  up,
  down,
  hub,
  gateway,
  deploy,
  promote,
  pause,
  resume,
  rearm,
  rollback,
  status,
  releases,
  show,
  logbook,
  verify,
  channels,
  channelsTest,
  deliveries,
  deliveriesShow,
  user,
  userList,
  userAdd,
  userChange,
  userDisable,
  userEnable,
  userResetPassword,
  token,
  tokenList,
  tokenCreate,
  tokenRevoke,
  completion(() => VERBS),
  version,
  complete,
]
