import { expect, test } from 'vitest'
import { writeTypeImports } from '../../transforms/emit/type-imports.ts'

const write = (text: string) => writeTypeImports('lib/x.ts', text, (specifier) => specifier === 'next/router')

test.each<[string, string, string | null]>([
  [
    'names',
    "import { NextRouter } from 'next/router'\nlet r: NextRouter",
    "import type { NextRouter } from 'next/router'\nlet r: NextRouter",
  ],
  [
    'a default',
    "import Router from 'next/router'\nlet r: Router",
    "import type Router from 'next/router'\nlet r: Router",
  ],
  [
    'everything',
    "import * as all from 'next/router'\nlet r: all.NextRouter",
    "import type * as all from 'next/router'\nlet r: all.NextRouter",
  ],
  [
    'names that say so',
    "import { type A, B } from 'next/router'\nlet r: A | B",
    "import type { A, B } from 'next/router'\nlet r: A | B",
  ],
  [
    'what is one already',
    "import type { A } from 'next/router'\nlet r: A",
    "import type { A } from 'next/router'\nlet r: A",
  ],
  ['another module', "import { A } from './a'\nlet r: A", "import { A } from './a'\nlet r: A"],
  ['an import for its effect', "import 'next/router'", "import 'next/router'"],
  ['a default and names', "import Router, { A } from 'next/router'\nlet r: Router | A", null],
  ['a value', "import { useRouter } from 'next/router'\nuseRouter()", null],
  ['a value among types', "import { A, useRouter } from 'next/router'\nlet r: A = useRouter()", null],
  [
    'bytes',
    "\uFEFFimport { A } from 'next/router'\r\nlet r: A\r\n",
    "\uFEFFimport type { A } from 'next/router'\r\nlet r: A\r\n",
  ],
  ['what cannot be parsed', "import { A from 'next/router'", null],
])('imports of types: %s', (_name, text, expected) => expect(write(text)).toBe(expected))
