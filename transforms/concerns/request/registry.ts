import type { Code } from '../../model/diagnostic.ts'
import type { Node } from '../../syntax/tree.ts'
import type { Lowering, RequestConcern } from '../lowering.ts'
import { body } from './body.ts'
import { cookies } from './cookies.ts'
import { custom, isCustom } from './custom.ts'
import { headers } from './headers.ts'
import { listeners } from './listeners.ts'
import { method } from './method.ts'
import { query } from './query.ts'
import { socket } from './socket.ts'
import { url } from './url.ts'

/** Every concern of the request side. Order does not matter: no two own a member. */
export const requestConcerns: readonly RequestConcern[] = [
  method,
  query,
  body,
  headers,
  cookies,
  url,
  socket,
  listeners,
  custom,
]

const byMember: ReadonlyMap<string, RequestConcern> = new Map(
  requestConcerns.flatMap((c) => c.members.map((m) => [m, c] as const)),
)

/** The concern that owns a member of req; undefined for what none moves. */
export function requestConcernOf(name: string, at: Lowering, node: Node | null = null): RequestConcern | undefined {
  return byMember.get(name) ?? (refusedRequestMembers.has(name) || !isCustom(name, at, node) ? undefined : custom)
}

/** Members of req that Pages has and no concern moves yet, with the reason; everything else is a custom property (PA510). */
export const refusedRequestMembers: ReadonlyMap<string, Code> = new Map(
  Object.entries<Code>({
    off: 'PA131',
    removeListener: 'PA131',
    pipe: 'PA131',
    read: 'PA131',
    resume: 'PA131',
    setEncoding: 'PA131',
    destroy: 'PA131',
    aborted: 'PA131',
    complete: 'PA131',
    readable: 'PA131',
    preview: 'PA150',
    previewData: 'PA150',
    draftMode: 'PA150',
    rawHeaders: 'PA142',
    httpVersion: 'PA142',
    trailers: 'PA142',
  }),
)
