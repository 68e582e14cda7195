export type { Rooms } from './rooms.ts'
export { httpServer } from './server.ts'
