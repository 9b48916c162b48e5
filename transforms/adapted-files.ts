import type { Fitting } from './adapter-fit.ts'
import { readConfig, segmentExports } from './concerns/module/config.ts'
import { rebaseEdits } from './concerns/module/imports.ts'
import { adapterChange, type AdapterModule, adapterSpecifier } from './emit/adapter/module.ts'
import { printAdaptedRoute } from './emit/adapter/route-file.ts'
import { readExports } from './emit/move-exports.ts'
import type { Relocated } from './emit/relocate.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { FileChange } from './model/change.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import { httpMethods } from './model/route.ts'
import { isTaken } from './plan-routes.ts'
import { dirOf, nameOf } from './project/paths.ts'
import { diagnostic } from './route-results.ts'
import { render } from './syntax/edits.ts'
import { restoreBytes } from './syntax/parse.ts'
import { detectStyle } from './syntax/style.ts'

/** A route that will run behind the adapter, as far as imports of it are concerned. */
export interface Adapted extends Relocated {
  fitting: Fitting
}

/** `handler.ts` beside the route file, under the first name that is free. */
export function relocated({ route, app, file, tree }: Fitting, host: Host): Relocated {
  const extension = nameOf(route.source).replace(/^.*\./, '')
  const names = ['handler', 'pages-handler', ...Array.from({ length: 9 }, (_, i) => `handler-${i + 2}`)]
  const free = names.find((name) => !isTaken(`${route.targetDir}/${name}`, app, host)) ?? 'handler'
  const target = `${route.targetDir}/${free}.${extension}`
  const mover = {
    source: route.source,
    target,
    typed: file.language === 'ts',
    file,
    tree,
    exports: readExports(file),
    fixed: new Set<never>(),
  }
  return { mover, move: null, left: new Set() }
}

/** The handler at its new place, the route file, the adapter for the first of its app, and the files that import from the handler. */
export function writeAdaptedRoute(
  { fitting, mover }: Adapted,
  module: AdapterModule,
  {
    redirect,
    importers,
    host,
  }: { redirect: (specifier: string) => string | null; importers: FileChange[]; host: Host },
): RouteResult {
  const { route, app, file, because, around, texts } = fitting
  const style = detectStyle(file)
  const config = readConfig(file)
  const moved = rebaseEdits(file, dirOf(route.source), route.targetDir, redirect)
  const handler = restoreBytes(render(file.text, moved, 0, file.text.length), file)
  const [, stem = '', own = ''] = /^(.*)\.(\w+)$/.exec(mover.target) ?? []
  const text = printAdaptedRoute(
    {
      adapter: adapterSpecifier(module, route.targetDir),
      handler: `./${nameOf(stem)}`,
      hasConfig: config.statement !== null || config.blockers.length > 0,
      segments: segmentExports(file, config),
    },
    style,
    file,
  )
  const target = `${route.targetDir}/${route.targetStem}.${routeExtension(own, fitting)}`
  const adapter = adapterChange(module, style, file)
  const known = new Set(because.map(keyOf))
  const notes = [...route.diagnostics, ...around].filter((found) => {
    const isNew = found.level !== 'blocker' && !known.has(keyOf(found))
    known.add(keyOf(found))
    return isNew
  })
  const mentions = (word: RegExp): boolean => texts.some((text) => word.test(text))
  return {
    route,
    app: app.root,
    outcome: 'adapted',
    target,
    methods: httpMethods,
    diagnostics: [
      diagnostic('PA435', 'note', route.source, { handler: mover.target, adapter: module.path }),
      ...because,
      ...notes,
      ...(mentions(/\burl\b/)
        ? route.params.map(({ name }) => diagnostic('PA115', 'note', route.source, { key: name }))
        : []),
      ...(mentions(/\b(?:draftMode|preview|setDraftMode)\b/) ? [diagnostic('PA438', 'note', route.source)] : []),
      ...(mentions(/\bremoteAddress\b/) ? [diagnostic('PA140', 'review', route.source)] : []),
    ],
    changes: [
      { kind: 'move', from: route.source, path: mover.target, before: host.read(route.source), after: handler },
      { kind: 'create', path: target, before: null, after: text },
      ...(adapter ? [adapter] : []),
      ...importers,
    ],
  }
}

/** Nothing in it needs JSX. With custom pageExtensions Next looks for `route.api.ts` only if they name it. */
function routeExtension(own: string, { app, route }: Fitting): string {
  const [, ...stem] = route.targetStem.split('.')
  const plain = own.replace(/x$/, '')
  return app.pageExtensions.includes([...stem, plain].join('.')) ? plain : own
}

const keyOf = ({ code, span }: Diagnostic): string => `${code} ${span?.file} ${span?.start}`
