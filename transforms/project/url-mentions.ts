import type { Host } from '../model/host.ts'
import type { Route } from '../model/project.ts'
import { readOrEmpty } from './manifests.ts'

/** Files of any kind that name the URL of a route: crons, pages, scripts, other apps. Importers of its file name that. */
export function createUrlSearch(host: Host): (route: Route, importers: ReadonlySet<string>) => boolean {
  let texts: { path: string; text: string }[] | null = null
  return ({ id, source }, importers) => {
    texts ??= host.list([NAMING]).flatMap((path) => {
      const text = /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml)$/.test(path) ? '' : readOrEmpty(host, path)
      return text.includes('api/') ? [{ path, text }] : []
    })
    const segments = id.slice(1).split('/')
    const url = segments.map((one) => (one.startsWith('[') ? '[^/\\s]+' : one.replaceAll(/\W/g, '\\$&'))).join('/')
    const named = new RegExp(`${url}(?![\\w-])`)
    return texts.some(({ path, text }) => path !== source && !importers.has(path) && named.test(text))
  }
}

const NAMING =
  '**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts,json,yml,yaml,toml,html,htm,md,mdx,sh,py,rb,go,php,java,kt,swift,dart,http,rest,vue,svelte,tf,conf}'
