import type { CodeText } from '../../model/diagnostic.ts'
import { globalDifferences } from '../global.ts'
import { adapterCodes } from './adapter.ts'
import { besidePagesCodes } from './beside-pages.ts'
import { callsCodes } from './calls.ts'
import { cookieCodes } from './cookies.ts'
import { eventCodes } from './events.ts'
import { flowCodes } from './flow.ts'
import { graphqlCodes } from './graphql.ts'
import { importerCodes } from './importers.ts'
import { middlewareCodes } from './middleware.ts'
import { moduleCodes } from './module.ts'
import { ownCodes } from './own.ts'
import { packageCodes } from './packages.ts'
import { packageWrapperCodes } from './package-wrappers.ts'
import { packageRequestCodes } from './package-requests.ts'
import { pathCodes } from './paths.ts'
import { projectCodes } from './project.ts'
import { requestCodes } from './request.ts'
import { responseCodes } from './response.ts'
import { passageCodes } from './passages.ts'
import { rpcCodes } from './rpc.ts'
import { raceCodes } from './races.ts'
import { testCodes } from './tests.ts'
import { wrapperCodes } from './wrappers.ts'

/** The words of every code. A code is never reused for another meaning. */
export const codes: Readonly<Record<string, CodeText>> = {
  ...projectCodes,
  ...besidePagesCodes,
  ...pathCodes,
  ...requestCodes,
  ...responseCodes,
  ...globalDifferences,
  ...flowCodes,
  ...moduleCodes,
  ...importerCodes,
  ...testCodes,
  ...adapterCodes,
  ...cookieCodes,
  ...graphqlCodes,
  ...callsCodes,
  ...wrapperCodes,
  ...middlewareCodes,
  ...passageCodes,
  ...eventCodes,
  ...raceCodes,
  ...packageCodes,
  ...packageWrapperCodes,
  ...packageRequestCodes,
  ...rpcCodes,
  ...ownCodes,
}

/** The words of one code. A code without a row gets words that say so: a missing row must not cost the user the report. */
export function textOf(code: string): CodeText {
  return codes[code] ?? { ...missing, what: () => `${code} has no description yet` }
}

const missing: Omit<CodeText, 'what'> = {
  slug: 'undescribed-code',
  level: 'error',
  why: 'This is a bug of routeshift.',
  fix: 'Please report it.',
}
