import { block, choose, fresh, inner, type Place, type Production } from './grammar.ts'

/** Functions in the handler that answer, and take the response from around them. */
export const closures: Production<string[]>[] = [
  { name: 'closure/arrow', weight: 2, fits: isOutside, write: arrowClosure },
  { name: 'closure/statements', weight: 2, fits: isOutside, write: closureOfStatements },
  { name: 'closure/guard', weight: 1, fits: (place) => isOutside(place) && place.isAsync, write: guardClosure },
  { name: 'closure/check', weight: 1, fits: isOutside, write: checkClosure },
]

function isOutside({ isHelper, inLoop }: Place): boolean {
  return !isHelper && !inLoop
}

function called(place: Place, call: string): string[] {
  const test = choose(place, 'test')
  return place.draft.random.chance(0.7)
    ? [`if (${test}) return ${call};`]
    : block(`if (${test})`, [`${call};`, 'return;'])
}

/** `const fail = (status, message) => res.status(status).json({ error: message });` */
function arrowClosure(place: Place): string[] {
  const { draft } = place
  const name = fresh(place, 'fail')
  const [number, text] = draft.isTyped ? [': number', ': string'] : ['', '']
  return [
    `const ${name} = (status${number}, message${text}) => ${draft.res}.status(status).json({ error: message });`,
    ...called(place, `${name}(${draft.random.pick(['400', '404', '422'])}, 'refused')`),
  ]
}

/** More than one answer, headers, names of the handler. */
function closureOfStatements(place: Place): string[] {
  const { draft } = place
  const name = fresh(place, 'reply')
  const own = inner(place, { isHelper: true, isAsync: false, end: 'return', isGuard: true })
  const head = draft.random.chance(0.5) ? `function ${name}()` : `const ${name} = () =>`
  const lines = [
    ...(draft.random.chance(0.3) ? [`${draft.res}.setHeader('X-Reply', 'yes');`] : []),
    ...(draft.random.chance(0.5) ? [`if (${choose(own, 'test')}) return ${choose(own, 'answer')};`] : []),
    draft.random.chance(0.5) ? `return ${choose(own, 'answer')};` : `${choose(own, 'answer')};`,
  ]
  return [...block(head, lines, head.startsWith('function') ? '}' : '};'), ...called(place, `${name}()`)]
}

function guardClosure(place: Place): string[] {
  const name = fresh(place, 'allowed')
  const own = inner(place, { isHelper: true, isAsync: true, end: 'return', isGuard: true })
  return [
    `const ${name} = async () => {`,
    `  if (${choose(own, 'test')}) {`,
    `    ${choose(own, 'answer')};`,
    '    return false;',
    '  }',
    '  return true;',
    '};',
    `if (!(await ${name}())) return;`,
  ]
}

/** Answers some requests, and nobody asks which: the code after it is for the others. */
function checkClosure(place: Place): string[] {
  const name = fresh(place, 'check')
  const own = inner(place, { isHelper: true, isAsync: false, end: 'return', isGuard: true })
  const answer = `${choose(own, 'answer')};`
  return [...block(`const ${name} = () =>`, block(`if (${choose(own, 'test')})`, [answer]), '};'), `${name}();`]
}
