import { joinPath, relativePath } from '../../concerns/module/imports.ts'
import type { FileChange } from '../../model/change.ts'
import { type Host, UserError } from '../../model/host.ts'
import type { MigrateOptions } from '../../model/options.ts'
import type { NextApp } from '../../model/project.ts'
import { isParseFailure, parseSource, restoreBytes, type SourceFile } from '../../syntax/parse.ts'
import type { Style } from '../../syntax/style.ts'
import { findExtraExports } from '../../concerns/module/exports.ts'
import { adapterName, adapterText } from './text.ts'

/** The file of an app that runs handlers of pages/api as they are. */
export interface AdapterModule {
  path: string
  typed: boolean
  /** Made by an earlier run, or the user's own. */
  isThere: boolean
}

/** `--adapter` in the folder of the app, else `lib/pages-handler.ts` beside the app folder. Throws UserError where the place is no good. */
export function chooseAdapter(app: NextApp, host: Host, { adapterFile, lang }: MigrateOptions): AdapterModule {
  const [, stem = '', asked = ''] = /^(.*?)(\.[^./]*)?$/.exec(placeOf(app, adapterFile)) ?? []
  const found = ['.ts', '.js', '.tsx', '.jsx', '.mts', '.mjs'].find((extension) => host.exists(stem + extension))
  if (found !== undefined) {
    const path = stem + found
    if (!exportsAdapter(path, host))
      throw new UserError(
        `${path} is there and does not export ${adapterName}. Give the file of --fallback adapter another name with --adapter.`,
      )
    return { path, typed: found.endsWith('ts'), isThere: true }
  }
  const typed = asked === '' ? app.hasTypeScript && lang !== 'js' : asked === '.ts'
  return { path: `${stem}${typed ? '.ts' : '.js'}`, typed, isThere: false }
}

function placeOf(app: NextApp, adapterFile: string | null): string {
  if (adapterFile === null) return `${app.appDir.replace(/app$/, 'lib')}/pages-handler`
  const place = joinPath(app.root, adapterFile)
  const isBelow = !/^(?:[/\\]|\w:)/.test(adapterFile) && !place.startsWith('..')
  const isServed = [app.pagesDir].some((dir) => place.startsWith(`${dir}/`))
  if (!isBelow || isServed || !/(?:^|\/)[^/.]+(?:\.[jt]s)?$/.test(place))
    throw new UserError(
      `--adapter expects a .ts or .js file below the folder of the app and outside of pages/, not '${adapterFile}'.`,
    )
  return place
}

function exportsAdapter(path: string, host: Host): boolean {
  const file = host.isFile(path) ? parseSource(path, host.read(path)) : null
  return file !== null && !isParseFailure(file) && findExtraExports(file).some(({ name }) => name === adapterName)
}

/** The new file, in the dress of the route that asks for it; null when it is there already. */
export function adapterChange(
  { path, typed, isThere }: AdapterModule,
  style: Style,
  file: SourceFile,
): FileChange | null {
  if (isThere) return null
  return { kind: 'create', path, before: null, after: restoreBytes(adapterText(typed, style), { ...file, bom: false }) }
}

/** As a route file in `folder` imports it, without an extension. */
export function adapterSpecifier({ path }: AdapterModule, folder: string): string {
  return relativePath(folder, path.replace(/\.\w+$/, ''))
}
