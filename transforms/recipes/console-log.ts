import { need, note, snippet } from '../concerns/lowering.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import type { Recipe } from './recipe.ts'

/** Methods of the console that only print what they are handed. */
const PRINTS = /^(?:log|info|debug|warn|error|trace|dir)$/

/** The whole request is printed, and nothing reads that but people (PA360). What is printed of `res` is not known here. */
export const consoleLog: Recipe = {
  id: 'console-log',
  codes: ['PA360'],
  packages: ['console', 'node:console'],
  owns: ({ call, imported }) => {
    const { callee } = call
    if (imported !== null || !isMember(callee) || callee.object.type !== 'Identifier') return false
    return callee.object.name === 'console' && PRINTS.test(memberName(callee) ?? '')
  },
  lower: ({ call, passes }, at) => {
    if (passes.some(({ root, key }) => root !== 'req' || key !== null)) return false
    if (passes.some(({ index }) => call.arguments[index]?.type !== 'Identifier')) return false
    for (const { ref } of passes) at.edits.push({ start: startOf(ref), end: endOf(ref), pieces: [at.names.request] })
    need(at, 'request', call)
    note(at, 'PA360', 'note', call, { text: snippet(at.file, call) })
    return true
  },
}
