import type { Lowering } from '../concerns/lowering.ts'
import type { FunctionInput } from './function-model.ts'

/** May it set a content type? By text: the file of the function names the header, or a function that it calls may set it. */
export function mayType({ summaries }: Pick<FunctionInput, 'summaries'>, { file }: Pick<Lowering, 'file'>): boolean {
  return /content-type/i.test(file.text) || [...summaries.values()].some(({ setsType }) => setsType)
}
