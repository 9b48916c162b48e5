import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { Code } from '../model/diagnostic.ts'
import type { NextApp, Project } from '../model/project.ts'
import type { Pass } from '../model/route.ts'

/** A name as the file imported it. */
export interface Imported {
  /** The specifier: `next-auth/next`. */
  source: string
  /** The exported name, `default`, or `*` for a namespace. */
  name: string
}

export interface RecipeContext {
  app: NextApp
  project: Project
  /** What an identifier (or the object of a member callee) is imported as; null for anything else. */
  importOf(node: t.Node): Imported | null
  /** Adds an import to the new file; returns the local name to use. */
  addImport(source: string, name: string, preferred?: string): string
}

/** A call that hands req and/or res to a package. */
export interface PackageCall {
  call: t.CallExpression | t.OptionalCallExpression
  passes: readonly Pass[]
  imported: Imported
}

/** One package that takes req/res: what the Pages form means and its own App form. `lower` returns false when it does not know the form. */
export interface Recipe {
  id: string
  codes: readonly Code[]
  /** Specifiers that it answers for. */
  packages: readonly string[]
  lower(found: PackageCall, at: Lowering, context: RecipeContext): boolean
}
