import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@babel/parser'
import { migrate } from '../../transforms/migrate.ts'
import { createHost } from '../../transforms/project/host.ts'
import { recordParsed } from './recording-parser.ts'
import { parserOptions } from '../../transforms/syntax/parse.ts'

export type TaskName = 'parse' | 'migrate' | 'identity' | 'involved' | 'opened'

export interface TaskResult {
  /** Microseconds of user and system time since the process began. */
  cpu: number
  routes: number
  lines: number
  /** Routes that moved; 0 for the tasks that move none. */
  moved: number
  /** Peak resident memory in MB. */
  memory: number
}

/** Does one task over a folder (a project, or a folder of checkouts) and says what this process has used. */
export async function runTask(name: TaskName, folder: string): Promise<TaskResult> {
  const counts = await tasks[name](folder)
  const { user, system } = process.cpuUsage()
  return { ...counts, cpu: user + system, memory: process.resourceUsage().maxRSS / 1024 }
}

const tasks: Record<TaskName, (folder: string) => Counts | Promise<Counts>> = {
  parse: (folder) => parseFiles(findHandlers(folder)),
  migrate: migrateAll,
  identity: (folder) => openFiles(findHandlers(folder), true),
  // Here the folder is the list that `listInvolved` has written.
  involved: (list) => parseFiles(readList(list)),
  opened: (list) => openFiles(readList(list), false),
}

const readList = (list: string): string[] => JSON.parse(readFileSync(list, 'utf8')) as string[]

type Counts = Pick<TaskResult, 'routes' | 'lines' | 'moved'>

/** The floor: files parsed as routeshift parses them. */
function parseFiles(paths: readonly string[]): Counts {
  const counts = { routes: 0, lines: 0, moved: 0 }
  for (const path of paths) {
    const text = readFileSync(path, 'utf8')
    try {
      parse(text, parserOptions(path))
    } catch {
      continue
    }
    counts.routes++
    counts.lines += text.split('\n').length
  }
  return counts
}

/** Writes a list of all files of a folder that a run parses: routes, what they call, and what shows whether they can move. */
export async function listInvolved(folder: string, list: string): Promise<void> {
  const parsed = recordParsed()
  const involved = new Set<string>()
  for (const root of findRoots(folder)) {
    const host = createHost(root)
    const read = new Map<string, string>()
    const reading = (path: string): string => {
      const text = host.read(path)
      read.set(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), join(root, path))
      return text
    }
    await migrate({}, { ...host, root: host.root, git: host.git, read: reading })
    for (const text of parsed) involved.add(read.get(text) ?? '')
  }
  involved.delete('')
  writeFileSync(list, JSON.stringify([...involved]))
}

async function migrateAll(folder: string): Promise<Counts> {
  const counts = { routes: 0, lines: 0, moved: 0 }
  for (const root of findRoots(folder)) {
    const { routes } = await migrate({}, createHost(root))
    counts.routes += routes.length
    counts.moved += routes.filter(({ changes }) => changes.length > 0).length
  }
  return counts
}

/** What a jscodeshift codemod costs that only opens files (recast parses), or prints them again too, nothing changed. */
async function openFiles(paths: readonly string[], prints: boolean): Promise<Counts> {
  const { default: jscodeshift } = await import('jscodeshift')
  const j = jscodeshift.withParser('tsx')
  const counts = { routes: 0, lines: 0, moved: 0 }
  for (const path of paths) {
    const text = readFileSync(path, 'utf8')
    try {
      const opened = j(text)
      if (prints) opened.toSource()
    } catch {
      continue
    }
    counts.routes++
  }
  return counts
}

/** The API route files below a folder. */
export function findHandlers(folder: string): string[] {
  return walk(folder).filter((path) => /(?:^|\/)pages\/api\/.*\.[jt]sx?$/.test(path) && !path.endsWith('.d.ts'))
}

/** The folder itself when it is a project, else the checkouts in it. */
export function findRoots(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  if (entries.some((entry) => entry.name === 'package.json')) return [folder]
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(?:node_modules|\.git|\.next)$/.test(entry.name) ? [] : walk(path)
    return entry.isFile() ? [path] : []
  })
}
