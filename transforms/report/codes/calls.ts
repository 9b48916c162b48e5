import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA5xx: wrappers, and calls that req or res is passed to. */
export const callsCodes: Record<string, CodeText> = {
  PA500: {
    slug: 'request-or-response-not-followed',
    level: 'blocker',
    what: (data) => `${escapes[String(data.why)] ?? escapes.value}: ${quote(data, 'text')}`,
    why: 'From here on routeshift cannot see what is done with it, so it cannot show that the answer stays the same.',
    fix: 'Use `req` and `res` by their names, and read single values off them before they go elsewhere; then run routeshift again.',
  },
  PA501: {
    slug: 'passed-to-unknown-function',
    level: 'blocker',
    what: (data) => `\`req\` or \`res\` is passed to ${quote(data, 'call')}`,
    why: 'The function is written in another module or package that is not followed yet; it may read the request or send the answer.',
    fix: 'Pass it the values that it needs instead, or call its counterpart for route handlers; then run routeshift again.',
  },
  PA510: {
    slug: 'unknown-member',
    level: 'blocker',
    what: (data) => `Not a member that Next gives to \`req\` or \`res\`: ${quote(data, 'text')}`,
    why: 'Something outside of this file adds it (a middleware, a wrapper or a custom server), or it is a part of Node that routeshift does not know.',
    fix: 'Get the value from a function that takes the Request, or leave the route in pages/.',
  },
  PA520: {
    slug: 'function-cannot-await',
    level: 'blocker',
    what: () => 'A function that is not async reads the body or the route params, or calls what answers in its stead',
    why: 'All of these must be awaited in a route handler, and making this function async would give its callers a Promise.',
    fix: 'Make the function async and await its calls, or pass it the values; then run routeshift again.',
  },
  PA521: {
    slug: 'helper-sets-status-or-headers',
    level: 'blocker',
    what: () => 'A function sets a status on a path on which it does not answer, or before another one answers',
    why: 'What it sets belongs to an answer that another function sends, and cannot be handed over to it.',
    fix: 'Set the status and headers where the answer is sent, then run routeshift again.',
  },
  PA522: {
    slug: 'guard-not-told-apart',
    level: 'blocker',
    what: (data) => `This test may not tell whether the function has answered: ${quote(data, 'text')}`,
    why: 'The function returns a value on some path that the test takes for the other case: an answered request would go on, or an open one would stop.',
    fix: 'Let the function return true or false (or a value and nothing) on every path, then run routeshift again.',
  },
  PA523: {
    slug: 'recursive-helper',
    level: 'blocker',
    what: () => 'A function that takes `req` or `res` calls itself',
    why: 'What it does to the answer depends on itself and cannot be worked out.',
    fix: 'Take `req` and `res` out of the part that calls itself, then run routeshift again.',
  },
  PA524: {
    slug: 'helper-used-as-value',
    level: 'blocker',
    what: (data) => `The function ${quote(data, 'name')} takes \`req\` or \`res\` and is used as a value`,
    why: 'Its parameters would change, and whoever gets it as a value would call it in the old form.',
    fix: 'Call the function instead of passing it on, then run routeshift again.',
  },
  PA525: {
    slug: 'function-of-module-not-followed',
    level: 'blocker',
    what: (data) => `${route(data)} is handed \`req\` or \`res\` and cannot be rewritten: ${reason(data)}`,
    why: 'A function that is handed `req` or `res` moves with the route; what it does with them there is not understood.',
    fix: 'Look at that line: `routeshift explain` says what its code means. Pass the function the values that it needs instead, then run routeshift again.',
  },
  PA526: {
    slug: 'function-of-module-does-not-fit',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} of ${quote(data, 'file')} reads ${quote(data, 'what')}, which this route has in another form`,
    why: 'A route param, and a body that Next does not parse, are read in another way than what the function reads for its other callers.',
    fix: 'Read the value in the handler and pass it to the function, then run routeshift again.',
  },
  PA527: {
    slug: 'module-not-rewritten',
    level: 'blocker',
    what: (data) =>
      data.why === 'foreign'
        ? `${quote(data, 'file')} would be written anew, and is not a file that git has here: it is ignored, or of a submodule`
        : `${quote(data, 'name')} of ${quote(data, 'file')} cannot be written in its new form${formless[String(data.why)] ?? ''}`,
    why: 'Its declaration would not fit its new form, the imports of its module change in this run too, the new text failed its check, or the file is not one of this repository.',
    fix: 'Move the function to a module of its own, one that git has, then run routeshift again.',
  },
  PA528: {
    slug: 'function-rewritten-in-place',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} is written for route handlers now; all its callers move with it${data.doc ? '; the `@returns` above it still tells what it gave back before' : ''}`,
    why: 'Only route handlers call it in this repository.',
    fix: 'Nothing; call it in new code as these route handlers do.',
  },
  PA529: {
    slug: 'function-with-counterpart',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} stays for those who call it with \`req\` and \`res\` (${plain(data, 'users')}); its counterpart for route handlers is ${quote(data, 'counterpart')}`,
    why: 'Both do the same, so a change of one belongs into the other.',
    fix: 'When the last caller of the old one has moved, run routeshift again: the old one goes.',
  },
  PA530: {
    slug: 'helper-without-name',
    level: 'blocker',
    what: () => 'A function without a name of its own takes `req` or `res`',
    why: 'It is a member of an object or an argument of a call, where its other users cannot be found.',
    fix: 'Declare it as a function with a name, then run routeshift again.',
  },
  PA537: {
    slug: 'request-put-after-spread',
    level: 'note',
    what: (data) =>
      `A field ${quote(data, 'name')} that a client sends no longer takes the place of the object: ${quote(data, 'text')}`,
    why: 'In Pages what is spread after it replaced it, and the function failed, or took what the client had sent for the request; it is written last now.',
    fix: 'Nothing, unless clients send a field of that name.',
  },
  PA539: {
    slug: 'declared-in-config',
    level: 'note',
    what: (data) => `${quote(data, 'name')} of ${quote(data, 'from')} is taken for what routeshift.config declares`,
    why: 'Its code cannot be seen or followed: what it does with the request, and what its counterpart answers, rests on the declaration.',
    fix: 'Read the declaration once more, and try one of the routes.',
  },
  PA538: {
    slug: 'function-gone-for-counterpart',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} has gone: nobody calls it with \`req\` and \`res\` any more; its counterpart ${quote(data, 'counterpart')} serves all`,
    why: 'An earlier run made the counterpart and left the old one for callers that have moved since.',
    fix: 'Nothing; rename the counterpart if you like.',
  },
}

/** `requireUser (lib/auth.ts:10)`, and the functions that it calls on the way to the line that blocks. */
function route(data: Data): string {
  return plain(data, 'chain').replaceAll(', ', ' -> ')
}

function reason(data: Data): string {
  const text = data.text === '' || data.text === undefined ? '' : `, ${quote(data, 'text')}`
  return `${plain(data, 'code')} at ${plain(data, 'file')}:${plain(data, 'line')}${text}`
}

const formless: Readonly<Record<string, string>> = {
  overloads: ': it has several signatures',
  'type predicate': ': its return type says something about `req` or `res`',
  'old types': ': it names types of handlers of the old kind',
  state: ': others still call it in its old form, and what it keeps would be there twice',
}

// By what the ledger and the destructuring could not follow.
const escapes: Readonly<Record<string, string>> = {
  value: '`req` or `res` is used as a value',
  reassigned: '`req` or `res` is assigned again',
  parameter: 'The parameter is taken apart in a way that is not understood',
  context: 'The parameter that holds `req` and `res` is used in a way that is not understood',
  arguments: 'The function uses `arguments`',
  'method passed': 'A method of the response is passed on',
  rest: 'The rest of `req` or `res` is collected in an object',
  'computed key': '`req` or `res` is taken apart with a computed key',
  pattern: '`req` or `res` is taken apart in a way that is not understood',
  kept: 'What a class keeps of `req` or `res` is used in a way that is not understood',
  default: 'The default value of a parameter reads what is declared in the body now',
  destructured: 'Methods are taken off the response',
  'several declarations': '`req` or `res` is taken apart among other declarations',
  'called in two ways': 'The function is called with `req` and `res` in different places',
}
