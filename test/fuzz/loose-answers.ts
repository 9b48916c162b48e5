import { block, choose, type Place, type Production } from './grammar.ts'

/** Answers without a `return` behind them: the handler goes on. */
export const looseAnswers: Production<string[]>[] = [
  { name: 'loose/refusal', weight: 2, fits: isOfHandler, write: looseRefusal },
  { name: 'loose/redirect', weight: 1, fits: isOfHandler, write: looseRedirect },
  { name: 'loose/logical', weight: 1, fits: isOfHandler, write: looseLogical },
]

function isOfHandler({ isHelper }: Place): boolean {
  return !isHelper
}

const refusal = (place: Place): string =>
  place.draft.random.chance(0.5)
    ? `${place.draft.res}.status(${place.draft.random.pick(['400', '403', '404', '500'])}).json({ error: 'refused' })`
    : choose({ ...place, isGuard: true }, 'answer')

function looseRefusal(place: Place): string[] {
  const test = choose(place, 'test')
  const before = place.draft.random.chance(0.3) ? ["console.log('refused');"] : []
  return block(`if (${test})`, [...before, `${refusal(place)};`])
}

function looseRedirect(place: Place): string[] {
  const { draft } = place
  const status = draft.random.chance(0.5) ? '308, ' : ''
  return [`if (${choose(place, 'test')}) ${draft.res}.redirect(${status}'/elsewhere');`]
}

function looseLogical(place: Place): string[] {
  return [`(${choose(place, 'test')}) && ${place.draft.res}.status(409).end();`]
}
