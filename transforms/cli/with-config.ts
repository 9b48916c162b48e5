import type { Host } from '../model/host.ts'
import type { MigrateOptions } from '../model/options.ts'
import { readConfigFile } from '../project/config-file.ts'
import type { Settings } from './flags.ts'

type Flags = Pick<Settings, 'include' | 'exclude' | 'next' | 'lang' | 'strict'> &
  Partial<Pick<Settings, 'keepTested' | 'fallback' | 'adapterFile'>>

/** What the command line says, over what the config file of the project says. Globs of both are used. */
export async function withConfig(flags: Flags, host: Host): Promise<Partial<MigrateOptions>> {
  const config = await readConfigFile(host)
  const options = config?.options ?? {}
  return {
    include: flags.include.length > 0 ? flags.include : (options.include ?? []),
    exclude: [...(options.exclude ?? []), ...flags.exclude],
    next: flags.next ?? options.next ?? null,
    lang: flags.lang ?? options.lang ?? 'ts',
    strict: flags.strict || (options.strict ?? false),
    keepTested: (flags.keepTested ?? false) || (options.keepTested ?? false),
    fallback: flags.fallback ?? options.fallback ?? null,
    adapterFile: flags.adapterFile ?? options.adapterFile ?? null,
    ...(config ? { declared: config.declared } : {}),
  }
}
