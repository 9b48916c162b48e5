import { dress } from '../body-reader.ts'
import { eraseTypes } from '../erase-types.ts'
import type { Style } from '../../syntax/style.ts'
import { bodyText } from './body-text.ts'
import { requestText } from './request-text.ts'
import { responseText } from './response-text.ts'
import { runnerText } from './runner-text.ts'
import { socketText } from './socket-text.ts'

/** The name under which route files import it, and by which a file is known to be an adapter, whatever the user made of it. */
export const adapterName = 'pagesHandler'

/**
 * The one file of the user's own that runs handlers of pages/api as they are. By hand on `node:http` and not on fetch-to-node@2.1.0, which
 * joins headers of several values, hangs on status 205, and has none of what Next adds (`res.json`, `req.query`, the body parser): what is
 * left to write is most of this file, and the user would have a dependency more.
 */
export function adapterText(
  typed: boolean,
  { quote, semicolon, indent }: Pick<Style, 'quote' | 'semicolon' | 'indent'>,
): string {
  const text = [runnerText, socketText, requestText, responseText, bodyText].join('\n')
  const plain = typed ? { text } : eraseTypes(text)
  if ('what' in plain) throw new Error(`the adapter has ${plain.what}, which is no JavaScript`)
  return dress(plain.text.replaceAll(/\n{3,}/g, '\n\n'), quote, semicolon, indent)
}
