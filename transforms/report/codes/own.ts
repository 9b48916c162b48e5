import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA9xx: faults of routeshift itself. */
export const ownCodes: Record<string, CodeText> = {
  PA901: {
    slug: 'routeshift-crashed',
    level: 'error',
    what: (data) => `routeshift crashed on this route: ${plain(data, 'message')}`,
    why: 'This is a bug of routeshift. The route was left as it is; the other routes are not affected.',
    fix: 'Please report it with the file, or with the smallest part of it that crashes.',
  },
  PA902: {
    slug: 'output-check-failed',
    level: 'error',
    what: (data) => `The migrated file did not pass the check of routeshift: ${plain(data, 'message')}`,
    why: 'This is a bug of routeshift. The result was thrown away and the route was left as it is.',
    fix: 'Please report it with the file, or with the smallest part of it that shows the fault.',
  },
  PA903: {
    slug: 'answers-differ',
    level: 'blocker',
    what: (data) =>
      `Replayed side by side, the migrated route differs in ${quote(data, 'aspects')} for the request ${quote(data, 'request')}`,
    why: 'A difference that no code names is a bug of routeshift, unless the handler depends on something that cannot be repeated. The report shows the request and both answers; the route was left as it is.',
    fix: 'Please report it with the handler and the request. To move the route all the same, run without --verify and look at the place.',
  },
}
