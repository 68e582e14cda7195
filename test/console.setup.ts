/** Builds the console before any test shows it; tests that run at once would build it under each other's feet. */
export { buildConsole as setup } from '../console/build.ts'
