export { connect } from './connect.ts'
export { check, down, gateway, hub, type Surroundings, up } from './local-verbs.ts'
