import type { HelperSummary } from './function-model.ts'

/** A handler always answers: a route whose handler may not is kept. Whether it reads the body is asked where it is known. */
export const handlerSummary: HelperSummary = {
  kind: 'always',
  takes: { request: 'NextRequest', params: true, headers: false, body: false, query: false, answer: false, custom: [] },
  readsBody: null,
  inherits: false,
  sharesHeaders: false,
  setsType: null,
  isMergeable: true,
  setsCookies: false,
  ownsStatus: false,
  setsBefore: { headers: false, status: false, lasting: false },
  returns: { answered: ['unknown'], unanswered: [] },
  statuses: [],
  becameAsync: true,
}
