import type { AfterWrite } from './apply.ts'
import type { FileChange } from './model/change.ts'
import type { FormatterRun } from './model/formatters.ts'
import { HostError, type WritableHost } from './model/host.ts'
import { isParseFailure, parseSource } from './syntax/parse.ts'

/** What came of formatting. */
export interface Formatted {
  runs: readonly FormatterRun[]
  /** Those of the runs that did their work. */
  done: readonly FormatterRun[]
  /** What failed, a sentence each. The files of such a run are as routeshift wrote them. */
  warnings: readonly string[]
}

/**
 * Has the files that a run wrote formatted by the formatters of the repository. One that fails, or leaves a file that cannot be parsed,
 * is as if it had not run. The journal knows of it before: whatever a formatter leaves behind can be undone.
 */
export function formatRun(
  changes: readonly FileChange[],
  host: WritableHost,
  onDone: (done: Formatted) => void,
): AfterWrite {
  return (written, note) => {
    const runs = findRuns(changes, host)
    if (runs.length === 0) return onDone({ runs, done: [], warnings: [] })
    note({ formatting: [...new Set(runs.flatMap(({ paths }) => paths))] })
    const outcomes = runs.map((run) => ({ run, ...format(run, host) }))
    const files = written.files.map((file) => (file.after === null ? file : { ...file, after: host.read(file.path) }))
    note({ files, formatting: [] })
    const done = outcomes.flatMap(({ run, isDone }) => (isDone ? [run] : []))
    onDone({ runs, done, warnings: outcomes.flatMap(({ warnings }) => warnings) })
  }
}

/** The formatters that the files of a run would be formatted with. */
export function findRuns(changes: readonly FileChange[], host: WritableHost): FormatterRun[] {
  const sources = changes.filter(({ path, after }) => after !== null && /\.[cm]?[jt]sx?$/.test(path))
  return host.formatters.find(sources.map(({ path }) => path))
}

function format(run: FormatterRun, host: WritableHost): { isDone: boolean; warnings: string[] } {
  const before = run.paths.map((path) => ({ path, text: host.read(path) }))
  const failure = host.formatters.run(run)
  const broken = failure === null ? before.filter(({ path }) => !canBeParsed(path, host)) : before
  for (const { path, text } of broken) if (textOrNull(path, host) !== text) host.write(path, text)
  const name = `${run.name} ${run.version}`
  const warnings =
    failure !== null
      ? [`${name} failed, and its ${run.paths.length} files are as they were written: ${failure}`]
      : broken.map(({ path }) => `${name} made of ${path} what cannot be parsed; the file is as it was written.`)
  return { isDone: failure === null, warnings }
}

function canBeParsed(path: string, host: WritableHost): boolean {
  const text = textOrNull(path, host)
  return text !== null && !isParseFailure(parseSource(path, text))
}

function textOrNull(path: string, host: WritableHost): string | null {
  try {
    return host.read(path)
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
}
