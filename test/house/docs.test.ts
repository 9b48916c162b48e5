import { expect, test } from 'vitest'
import { renderCodes, renderSupport } from './docs.ts'

// `npx vitest run test/house --update` writes them anew.
test('docs/codes.md says what the table says', async () => {
  await expect(renderCodes()).toMatchFileSnapshot('../../docs/codes.md')
})

test('docs/support.md says what the fixtures show', async () => {
  await expect(renderSupport()).toMatchFileSnapshot('../../docs/support.md')
})
