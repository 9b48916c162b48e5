import { block, choose, type Place, type Production } from './grammar.ts'
import { join, parameters } from './module-forms.ts'

/** Routes whose handler is written in another module: all that they do is to hand it on. */
export const forwarded: Production<string>[] = [
  { name: 'handler-of-module', weight: 5, fits: ({ draft }) => draft.isTyped, write: handlerOfModule },
]

function handlerOfModule(place: Place): string {
  const { draft, isAsync } = place
  const { random } = draft
  const lines = choose(place, 'dispatch')
  const async = isAsync ? 'async ' : ''
  const isDefault = random.chance(0.4)
  const written = random.chance(0.7)
    ? block(`${isDefault ? 'export default ' : 'export '}${async}function answer(${parameters(draft)})`, lines)
    : [
        ...block(`${isDefault ? '' : 'export '}const answer = ${async}(${parameters(draft)}) =>`, lines, '};'),
        ...(isDefault ? ['', 'export default answer;'] : []),
      ]
  const text = join(place, written)
  draft.files['lib/answer.ts'] = text
  const config = text.includes('export const config') && random.chance(0.7) ? ', config' : ''
  const name = isDefault ? 'answer' : '{ answer }'
  return random.pick([
    `export { ${isDefault ? 'default' : 'answer as default'}${config} } from '@/lib/answer';\n`,
    `import ${name} from '@/lib/answer';\n\nexport default answer;\n`,
    `import ${name} from '@/lib/answer'\n\nexport default (req, res) => answer(req, res)\n`.replace(
      '(req, res) =>',
      '(req: any, res: any) =>',
    ),
  ])
}
