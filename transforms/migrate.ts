import type { Host } from './model/host.ts'
import type { Migration } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'

/** Placeholder until the engine lands in this file. */
export async function migrate(_options: Partial<MigrateOptions>, _host: Host): Promise<Migration> {
  throw new Error('not built yet')
}
