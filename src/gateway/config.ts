import type { ConfigFile } from './config-file.ts'
import type { Plane } from './plane.ts'
import type { GatewayConfig } from './protocol.ts'
import { type Confirmation, ServiceRoute } from './protocol.ts'
import { routeTable } from './route-table.ts'

/** The configuration in force, changed one change at a time: checked, written, put in force, confirmed. */
export class LiveConfig {
  readonly #file: Pick<ConfigFile, 'save'>
  readonly #plane: Pick<Plane, 'apply'>
  #config: GatewayConfig
  #changes: Promise<unknown> = Promise.resolve()

  constructor(config: GatewayConfig, file: Pick<ConfigFile, 'save'>, plane: Pick<Plane, 'apply'>) {
    this.#config = config
    this.#file = file
    this.#plane = plane
    plane.apply(config.services, config.revision)
  }

  get now(): GatewayConfig {
    return this.#config
  }

  find(service: string): ServiceRoute | undefined {
    return this.#config.services.find(route => route.service === service)
  }

  /** Adds or replaces a service. */
  put(route: ServiceRoute): Promise<Confirmation> {
    return this.#change(services => {
      const at = services.findIndex(other => other.service === route.service)
      if (at < 0) return [...services, route]
      // Both went through the schema, which puts keys in one order.
      return JSON.stringify(services[at]) === JSON.stringify(route) ? services : services.with(at, route)
    })
  }

  /** Removes a service; that it is not there is no fault. */
  remove(service: string): Promise<Confirmation> {
    return this.#change(services =>
      services.some(route => route.service === service)
        ? services.filter(route => route.service !== service)
        : services,
    )
  }

  #change(edit: (services: ServiceRoute[]) => ServiceRoute[]): Promise<Confirmation> {
    const change = this.#changes.then(async () => {
      const before = this.#config
      const services = edit(before.services)
      if (services === before.services) return { changed: false, revision: before.revision }
      routeTable(services.map(route => [route, route]))
      const config: GatewayConfig = { ...before, revision: before.revision + 1, services }
      await this.#file.save(config)
      this.#plane.apply(services, config.revision)
      this.#config = config
      return { changed: true, revision: config.revision }
    })
    // The next change waits for this one, whatever became of it.
    this.#changes = change.catch(() => undefined)
    return change
  }
}

/** Every fault of a value that should be a service's configuration, each with its path. */
export function faultsOf(value: unknown): { path: string; message: string }[] {
  const read = ServiceRoute.safeParse(value)
  return read.success ? [] : read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
}
