import { forwardEntry } from './analyse/forwarded-entry.ts'
import { configTextOf } from './concerns/module/config.ts'
import { openCalledTables, takesModules } from './plan/called-tables.ts'
import { joinHandlers } from './plan/handlers-in-turn.ts'
import type { SharedFunctions } from './plan/shared-model.ts'
import { mayFailToLoad } from './project/load-failure.ts'
import type { ProjectModules } from './project/modules.ts'
import type { SourceModule } from './syntax/imported.ts'

/** The file of a route as the same program in which the handlers stand that it has from elsewhere: by lists, tables of modules and imports. */
export function writeOut(module: SourceModule, modules: ProjectModules, shared: SharedFunctions): SourceModule {
  const joined = joinHandlers(module, shared) ?? module
  const tables = openCalledTables(joined, shared) ?? joined
  const pathOf = (source: string): string => modules.resolve(module.path, source) ?? ''
  const forwarded = forwardEntry(tables, {
    find: (callee, from) => shared.find(callee, from),
    isWrapped: (callee, from) => shared.isWrapped(callee, from),
    configOf: (source) => configTextOf(modules.at(pathOf(source))?.file ?? null),
    mayFail: (source) => mayFailToLoad(pathOf(source), modules),
    isTable: (argument, call, from) => takesModules(argument, call, from, shared),
  })
  return forwarded ?? tables
}
