import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp, Project } from '../model/project.ts'
import { findLoadedTexts } from './loaded-texts.ts'
import { projectModules } from './modules.ts'
import { CONFIG_FILES } from './next-config.ts'
import { inDir } from './paths.ts'
import { findStaticImports } from './static-imports.ts'
import type { SharedText } from './surroundings.ts'

/**
 * `res.getHeader('X')` in Pages gives what `headers()` of the config, the middleware or a server of the project's own have set too (measured on next 13.5,
 * 14, 15 and 16); a route handler cannot see that. Which headers these are is not worked out: a word of theirs that is the name is enough. Cookies are
 * added to theirs on either side.
 */
export function findHeaderReads(
  host: Host,
  app: NextApp,
  project: Project,
  sources: readonly SharedText[],
): Diagnostic[] {
  return sources.flatMap(({ path, text, start, line }) =>
    Array.from(text.matchAll(READ)).flatMap((match): Diagnostic[] => {
      const name = match[2] ?? ''
      if (name.toLowerCase() === 'set-cookie') return []
      const where = setBy(host, app, project, name.toLowerCase())
      if (where === null) return []
      const before = text.slice(0, match.index)
      const span = {
        file: path,
        start: start + match.index,
        end: start + match.index + match[0].length,
        line: line + before.split('\n').length - 1,
        column: match.index - before.lastIndexOf('\n'),
      }
      return [{ code: 'PA249', level: 'blocker', span, data: { name, file: where } }]
    }),
  )
}

const READ = /\.(?:getHeader|hasHeader)\(\s*(['"`])([\w-]+)\1/g

/** The file that may set the header before the handler runs; null for none. */
function setBy(host: Host, app: NextApp, project: Project, name: string): string | null {
  return filesAround(host, app, project).find(({ words, isOpen }) => isOpen || words.has(name))?.path ?? null
}

interface FileAround {
  path: string
  /** In lower case, of all that it loads from the project. */
  words: ReadonlySet<string>
  /** It loads a package that sets headers by itself. */
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
  const servers = customServers.includes(app.root) ? (serverFiles ?? []) : []
  return [...config, ...middleware]
    .filter((path) => host.isFile(path))
    .concat(servers)
    .map((path) => {
      const texts = findLoadedTexts(host, resolve, path).map(({ text }) => text)
      return {
        path,
        words: new Set(texts.flatMap((text) => text.toLowerCase().match(/[\w-]+/g) ?? [])),
        isOpen: texts.some((text) => findStaticImports(text).some(({ specifier }) => SETS_HEADERS.test(specifier))),
      }
    })
}

/** Servers whose plugins are handed the response, and packages that are named for the headers that they set. */
const SETS_HEADERS =
  /^(?:express|fastify|koa|restify|polka|connect|hono|micro|@hapi\/hapi|@nestjs\/.*)$|(?:^|[/@-])(?:cors|helmet|nosecone|next-safe|headers?|secure-headers)(?:$|[/-])/
