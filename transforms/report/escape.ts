/** A value of the user (a path, a route) as inline code of Markdown, inert whatever it holds. */
export function inlineCode(value: string): string {
  const line = toOneLine(value)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : ''
  return `${fence}${space}${line}${space}${fence}`
}

/** A message as Markdown: what stands between backticks stays code, everything else is text, inert whatever it holds. */
export function escapeMessage(message: string): string {
  const parts = toOneLine(message).split('`')
  // An odd number of backticks: the last one opens nothing.
  const lastCode = parts.length % 2 === 0 ? parts.length - 2 : parts.length - 1
  return parts
    .map((part, at) => {
      if (at % 2 === 0) return escapeText(part)
      return at < lastCode && part !== '' ? inlineCode(part) : `\\\`${escapeText(part)}${at < lastCode ? '\\`' : ''}`
    })
    .join('')
}

/** Rendered Markdown made fit for a table cell. */
export function tableCell(markdown: string): string {
  return markdown.replaceAll('|', '\\|')
}

/** Text for a terminal: one line, without the control characters that would drive it. */
export function toOneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}

function escapeText(text: string): string {
  return (
    text
      .replaceAll(/[\\`*_[\]<>~&$]/g, '\\$&')
      // Code hosts link bare addresses, notify the people named after @ and link numbers after # to issues.
      .replaceAll('://', ':\\/\\/')
      .replaceAll(/www\./gi, (match) => `${match.slice(0, 3)}\\.`)
      .replaceAll(/@(?=\w)/g, '@<!-- -->')
      .replaceAll(/#(?=\d)/g, '#<!-- -->')
  )
}
