import type * as t from '@babel/types'
import { lineEnd } from './lines.ts'
import { eachChild, endOf, type Node, startOf } from './tree.ts'

/** A semicolon that opens a line of code: in code without semicolons it keeps the line from going on with the line before. */
const GUARD = /\n[ \t]*;[ \t]*(?!\/[/*])[^\s;]/

/** What ends with a semicolon of its own. */
const SIMPLE =
  /^(?:(?:Expression|Return|Throw|Break|Continue|Debugger|DoWhile)Statement|(?:Variable|Import|ExportDefault|ExportNamed|ExportAll|TSTypeAlias)Declaration)$/

/**
 * `run()` above `;[1, 2].forEach(...)`: the grammar counts the semicolon to the first statement, the author to the second. Statements end before
 * such a semicolon, so that what takes the place of the first leaves it where it is: without it the second line would go on with the first.
 */
export function endBeforeGuards({ program, comments }: t.File, text: string): void {
  if (GUARD.test(text)) new Guards(text, comments ?? []).shorten(program)
}

class Guards {
  private readonly text: string
  /** Where a comment starts, by its end. */
  private readonly starts: ReadonlyMap<number, number>

  constructor(text: string, comments: readonly t.Comment[]) {
    this.text = text
    this.starts = new Map(comments.map(({ start, end }) => [end ?? 0, start ?? 0]))
  }

  shorten(node: Node): void {
    const before = endOf(node)
    let last: Node | null = null
    eachChild(node, (child) => {
      const end = endOf(child)
      this.shorten(child)
      if (end === before && endOf(child) < end) last = child
    })
    if (last) node.end = endOf(last)
    else if (SIMPLE.test(node.type) && this.isGuard(before - 1)) node.end = this.codeEnd(before - 1, startOf(node))
  }

  /** The first of its line, and not all of it. */
  private isGuard(at: number): boolean {
    const { text } = this
    const line = text.lastIndexOf('\n', at)
    return (
      line >= 0 &&
      text.slice(line, at).trim() === '' &&
      text[at] === ';' &&
      GUARD.test(`\n${text.slice(at, lineEnd(text, at))}`)
    )
  }

  /** Where the code before an offset ends: white space and comments left out. */
  private codeEnd(from: number, floor: number): number {
    let at = from
    for (;;) {
      while (at > floor && /\s/.test(this.text[at - 1] ?? '')) at--
      const comment = this.starts.get(at)
      if (comment === undefined || comment <= floor) return at
      at = comment
    }
  }
}
