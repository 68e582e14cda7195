import type { DatabaseConnection, Dialect, Driver } from 'kysely'
import { explain } from './trouble.ts'

/** The same dialect, whose failures say to a person what is wrong and where. */
export function explained(dialect: Dialect, where: string): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => explainedDriver(dialect.createDriver(), where),
    createIntrospector: db => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

function explainedDriver(driver: Driver, where: string): Driver {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw explain(error, where)
    }
  }
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const original = (connection: DatabaseConnection): DatabaseConnection => inner.get(connection) ?? connection
  return {
    init: () => driver.init(),
    acquireConnection: async options => {
      const connection = await told(driver.acquireConnection(options))
      const outer: DatabaseConnection = {
        executeQuery: query => told(connection.executeQuery(query)),
        streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
      }
      inner.set(outer, connection)
      return outer
    },
    beginTransaction: (connection, settings) => told(driver.beginTransaction(original(connection), settings)),
    commitTransaction: connection => told(driver.commitTransaction(original(connection))),
    rollbackTransaction: connection => told(driver.rollbackTransaction(original(connection))),
    releaseConnection: connection => driver.releaseConnection(original(connection)),
    destroy: () => driver.destroy(),
  }
}
