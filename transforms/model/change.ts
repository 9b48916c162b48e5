/** One change of the working tree. Paths are relative to the project root. `before`/`after` are whole texts. */
export type FileChange =
  | { kind: 'create'; path: string; before: null; after: string }
  | { kind: 'edit'; path: string; before: string; after: string }
  | { kind: 'delete'; path: string; before: string; after: null }
  | { kind: 'move'; from: string; path: string; before: string; after: string }
