import type { Node } from './tree.ts'

/** What is done when code runs that others could see. */
export interface Effects {
  /**
   * It changes what is not its own (a global, the environment, something imported), calls a function for what that does, refuses to be loaded, or
   * is decorated.
   */
  acts: Node | null
  /** A value cannot be made, by some condition. */
  throws: Node | null
  /** A function changes what its module keeps. */
  changes: Node | null
  /** Calls, for a value, of what is imported: what they do is for the module to say that it is imported from. */
  calls: readonly ImportedCall[]
}

export interface ImportedCall {
  node: Node
  source: string
  /** The exported name, and members of it: `store.make`. */
  name: string
  /** What the functions do that it is given, should it call them. */
  given: Effects
}
