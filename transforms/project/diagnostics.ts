import type { Code, Data, Diagnostic, Level } from '../model/diagnostic.ts'

/** A finding about a whole file: line 1, column 1, no extent. */
export function aboutFile(file: string, code: Code, level: Level, data: Data = {}): Diagnostic {
  return { code, level, span: { file, start: 0, end: 0, line: 1, column: 1 }, data }
}
