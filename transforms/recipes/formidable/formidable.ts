import { block, type Lowering, note } from '../../concerns/lowering.ts'
import { removalRange } from '../../syntax/lines.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, functionAround, isPlainFunction, startOf } from '../../syntax/tree.ts'
import { readRaw } from '../body-read.ts'
import { takesRequest } from '../call.ts'
import { nodeRequestEdit } from '../node-request.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { isFormParse, type Parse, parsesForm, readParse } from './form.ts'
import { readAsFormData } from './form-data.ts'

/**
 * formidable 1.2.6 lib/incoming_form.js, 2.1.2 and 3.5.2 src/Formidable.js. Pages, with `bodyParser: false`: parses the
 * stream; fields and files by name, in version 3 always arrays; files are written to a temporary folder; too large, too many
 * and (2, 3) empty files are refused. App: `request.formData()`, a File in memory, no limits (PA543). Where a path,
 * a stream or a whole object is used, or a missing field threw, formidable 3 goes on parsing (PA600). Kept with the body parser, and before 3 (PA549).
 */
export const formidable: Recipe = {
  id: 'formidable',
  codes: ['PA125', 'PA543', 'PA549', 'PA600'],
  packages: [],
  owns: (found, context) => isFormParse(found.call, context.tree) || callsParser(found, context),
  lower: (found, at, context) => {
    const parse = parseOf(found, context)
    if (!at.mayReadRaw) block(at, 'PA549', found.call, { package: 'formidable', why: 'body-parser' })
    else if (!(parse && rewrite(parse, at, context)) && !keepParser(found, at, context))
      block(at, 'PA549', found.call, { package: 'formidable', why: survivesBundle(context) ? 'form' : 'bundled' })
    return true
  },
}

/** A helper whose parse can be read as FormData where it is called; any other is followed like a function that reads the request. */
export function callsParser({ call }: Pick<PackageCall, 'call'>, context: RecipeContext): boolean {
  const parse = parseOf({ call }, context)
  const fn = functionAround(call)
  if (!parse || !fn || !isPlainFunction(fn)) return false
  const { app, file, tree } = context
  const style = detectStyle(file)
  return (
    readAsFormData(parse, { file, tree, fn, style, typed: false, mayAwait: true, isLive: () => true }, app) !== null
  )
}

/** The parse in the call itself, or in the helper that it calls, of this file or another one. */
function parseOf({ call }: Pick<PackageCall, 'call'>, context: RecipeContext): Parse | null {
  if (isFormParse(call, context.tree)) return readParse(call, context.tree)
  const helper = call.callee.type === 'Identifier' ? context.functionAt(call.callee) : null
  const parse = helper ? parsesForm(helper.fn, helper.tree) : null
  return parse ? { value: call, shape: parse.shape, setup: [] } : null
}

/** formidable goes on parsing, whatever is done with what it finds: its request is made of the new one (PA600). */
function keepParser({ call, passes }: PackageCall, at: Lowering, context: RecipeContext): boolean {
  const [req] = call.arguments
  if (!req || !isFormParse(call, context.tree) || !takesRequest(passes) || !survivesBundle(context)) return false
  at.edits.push(nodeRequestEdit(req, at, context))
  note(at, 'PA600', 'note', call, { package: 'formidable' })
  return true
}

/**
 * Does it work in the bundle that the App Router makes of a route and its packages? formidable@2.1.2 src/Formidable.js loads its plugins by
 * `require(path.join(__dirname, 'plugins', name))`, and formidable@1.2.6 lib/incoming_form.js may write to `require`; formidable@3.5.2 imports.
 */
function survivesBundle({ app }: RecipeContext): boolean {
  const stated = app.packages.formidable
  return stated !== undefined && (parseRange(stated)?.lowest[0] ?? 3) >= 3
}

function rewrite(parse: Parse, at: Lowering, context: RecipeContext): boolean {
  const read = readAsFormData(parse, at, context.app)
  if (!read) return false
  const { statement, declarator, name, edits, files } = read
  at.edits.push(...edits, {
    start: startOf(statement),
    end: endOf(declarator),
    pieces: [`const ${name} = await ${at.names.request}.formData()`],
  })
  for (const gone of parse.setup) at.edits.push({ ...removalRange(at.file, gone), pieces: [] })
  readRaw(at, parse.value)
  note(at, 'PA543', files.length > 0 ? 'review' : 'note', statement, { package: 'formidable', files })
  return true
}
