import { isBuiltin } from 'node:module'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp, Project } from '../model/project.ts'
import { findLoadedTexts } from './loaded-texts.ts'
import { readOrEmpty } from './manifests.ts'
import { type ProjectModules, projectModules } from './modules.ts'
import { CONFIG_FILES } from './next-config.ts'
import { inDir } from './paths.ts'
import { findStaticImports } from './static-imports.ts'
import type { SharedText } from './surroundings.ts'

/**
 * `res.getHeader('X')` in Pages gives what `headers()` of the config, the middleware or a server of the project's own have set too (measured on next 13.5,
 * 14, 15 and 16), and `removeHeader` and `appendHeader` change that; a route handler cannot see it. Which headers these are is not worked out: a word of
 * theirs that is the name is enough, and any word about headers where the name is not written there. Cookies are added to theirs on either side.
 */
export function findHeaderReads(
  host: Host,
  app: NextApp,
  project: Project,
  sources: readonly SharedText[],
): Diagnostic[] {
  return sources.flatMap(({ path, text, start, line }) =>
    Array.from(text.matchAll(READ)).flatMap((match): Diagnostic[] => {
      const [whole, , literal, expression = ''] = match
      const name = literal ?? constantIn(host, path, expression)
      if (name?.toLowerCase() === 'set-cookie') return []
      const where = setBy(host, app, project, name?.toLowerCase() ?? null)
      if (where === null) return []
      const before = text.slice(0, match.index)
      const span = {
        file: path,
        start: start + match.index,
        end: start + match.index + whole.length,
        line: line + before.split('\n').length - 1,
        column: match.index - before.lastIndexOf('\n'),
      }
      return [{ code: 'PA249', level: 'blocker', span, data: { name: name ?? expression.trim(), file: where } }]
    }),
  )
}

/** As a member by name or in brackets, also by `?.`, and what the argument begins with. */
const READ =
  /(?:\.\s*|\[\s*['"`])(?:(?:get|has|remove|append)Header)\b(?:['"`]\s*\])?\s*(?:\?\.\s*)?\(\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/.*\s*)*(?:(['"`])([\w-]+)\1|([^,)\n]*))/g

/** The text that a name of the file stands for, where it is made so and no other way. */
function constantIn(host: Host, path: string, name: string): string | null {
  if (!/^[A-Za-z_$][\w$]*$/.test(name.trim())) return null
  const own = name.trim().replaceAll('$', '\\$')
  const made = [
    ...readOrEmpty(host, path).matchAll(new RegExp(`(?<![\\w$.])${own}\\b\\s*(?::[^=\\n]*)?=(?!=)(.*)`, 'g')),
  ]
  const value = made.length === 1 ? /^\s*(['"`])([\w-]+)\1(?:\s+as\s+const)?[;\s]*$/.exec(made[0]?.[1] ?? '') : null
  return value?.[2] ?? null
}

/** The file that may set the header before the handler runs; null for none. The name is null where it is not known. */
function setBy(host: Host, app: NextApp, project: Project, name: string | null): string | null {
  const sets = ({ words, isOpen }: FileAround): boolean =>
    isOpen || (name === null ? [...words].some((word) => word.includes('header')) : words.has(name))
  return filesAround(host, app, project).find(sets)?.path ?? null
}

interface FileAround {
  path: string
  /** In lower case, of all that it loads from the project. */
  words: ReadonlySet<string>
  /** It loads a package that may set headers by itself, or data that may name them. */
  isOpen: boolean
}

/** Asked again for each route. */
const known = new WeakMap<NextApp, readonly FileAround[]>()

function filesAround(host: Host, app: NextApp, project: Project): readonly FileAround[] {
  const found = known.get(app) ?? openAround(host, app, project)
  known.set(app, found)
  return found
}

function openAround(host: Host, app: NextApp, { customServers, serverFiles }: Project): FileAround[] {
  const { resolve } = projectModules(host, app)
  const extensions = new Set([...app.pageExtensions, 'ts', 'js', 'tsx', 'jsx', 'mjs'])
  const middleware = ['middleware', 'proxy', 'src/middleware', 'src/proxy'].flatMap((stem) =>
    [...extensions].map((extension) => inDir(app.root, `${stem}.${extension}`)),
  )
  const config = CONFIG_FILES.map((name) => inDir(app.root, name))
  const servers = customServers.includes(app.root) ? serverFiles : []
  return [...config, ...middleware]
    .filter((path) => host.isFile(path))
    .concat(servers)
    .map((path) => {
      const loaded = findLoadedTexts(host, resolve, path)
      return {
        path,
        words: new Set(loaded.flatMap(({ text }) => text.toLowerCase().match(/[\w-]+/g) ?? [])),
        isOpen: loaded.some((one) =>
          findStaticImports(one.text).some(
            ({ specifier }) =>
              SETS_HEADERS.test(specifier) ||
              (middleware.includes(path) && isForeign(specifier, resolve(one.path, specifier))),
          ),
        ),
      }
    })
}

/** In a middleware a package makes the answer, or is handed it; but for what is of Next and of Node. */
function isForeign(specifier: string, found: ReturnType<ProjectModules['resolve']>): boolean {
  return found === null && !/^\.{1,2}(?:\/|$)/.test(specifier) && !isBuiltin(specifier) && !OF_NEXT.test(specifier)
}

const OF_NEXT = /^(?:next|react|server-only)(?:\/|$)/

/** Servers whose plugins are handed the response, packages that are named for the headers that they set, and data. */
const SETS_HEADERS =
  /^(?:express|fastify|koa|restify|polka|connect|hono|micro|@hapi\/hapi|@nestjs\/.*)$|(?:^|[/@-])(?:cors|helmet|nosecone|next-safe|headers?|secure-headers)(?:$|[/-])|(?<!(?:^|\/)(?:package|tsconfig))\.json$/
