import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/fixture.ts'

/** The majors that are built and started, and the folder of each in node_modules. */
const folders = { 13: 'next13', 14: 'next14', 15: 'next15', 16: 'next' } as const
export type Major = keyof typeof folders
export const majors: readonly Major[] = [13, 14, 15, 16]

export const versions: Readonly<Record<Major, { folder: string; version: string }>> = {
  13: read(folders[13]),
  14: read(folders[14]),
  15: read(folders[15]),
  16: read(folders[16]),
}

function read(name: string): { folder: string; version: string } {
  const folder = join(repositoryRoot, 'node_modules', name)
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { folder, version }
}
