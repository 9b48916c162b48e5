import { fresh, type Place, type Production } from './grammar.ts'
import { hint } from './hints.ts'

/** A class of another module that can be made without a request: it reads, keeps them, and sets headers when it is asked. */
export const madeClasses: Production<string[]>[] = [
  { name: 'made-class', weight: 3, fits: ({ draft }) => draft.isTyped, write: made },
]

function made(place: Place): string[] {
  const { draft, isAsync } = place
  const { random, req, res, hints } = draft
  draft.imports.add("import { Visit } from '@/lib/visit';")
  draft.files['lib/visit.ts'] ??= text(place)
  hint(hints, { part: 'header', key: 'x-visit' }, 'first')
  hint(hints, { part: 'cookie', key: 'visitor' }, 'ada')
  const form = random.int(1, 5)
  if (form === 1) return [`console.log(new Visit(${req}, ${res}).label());`]
  const name = fresh(place, 'visit')
  const start = `const ${name} = new Visit(${req}, ${res}${random.chance(0.3) ? ", 'named'" : ''});`
  place.values.push({ text: `${name}.label()`, kind: 'text' })
  if (form === 2) return [start]
  if (form === 3 && isAsync) return [start, `await ${name}.load();`]
  if (form === 4 && isAsync) return [start, `await ${name}.load().then((visitor) => console.log('visitor', visitor));`]
  return [start, `${name}.mark('${random.pick(['a', 'b'])}');`]
}

function text({ draft: { random } }: Place): string {
  const after = random.chance(0.5) ? "    if (name !== '') this.name = name;\n" : ''
  const eager = random.chance(0.4) ? "      res.setHeader('X-Made', this.first);\n" : ''
  const cookie = random.chance(0.6)
    ? "      this.res.setHeader('Set-Cookie', 'visitor=' + visitor + '; Path=/');\n"
    : ''
  return `import type { NextApiRequest, NextApiResponse } from 'next';

export class Visit {
  private req: NextApiRequest | undefined;
  private res: NextApiResponse | undefined;
  private first = 'none';
  private name = '';

  constructor(req?: NextApiRequest, res?: NextApiResponse, name = '') {
    if (req && res) {
      this.req = req;
      this.res = res;
      this.first = String(req.headers['x-visit'] ?? 'unknown');
${eager}    }
${after}  }

  label() {
    return this.first + this.name;
  }

  mark(mark: string) {
    if (this.res) this.res.setHeader('X-Mark', mark + this.first);
  }

  async load() {
    if (!this.req || !this.res) return 'nobody';
    const visitor = this.req.cookies.visitor ?? 'guest';
    await Promise.resolve();
    if (visitor !== 'guest') {
${cookie}      this.name = visitor;
    }
    return visitor;
  }
}
`
}
