import type { FileChange } from '../model/change.ts'
import type { EditedModule } from '../recipes/recipe.ts'
import { render } from '../syntax/edits.ts'
import { restoreBytes } from '../syntax/parse.ts'

/** Modules of the project that a recipe changes for the new form of a default export. */
export function moduleChanges(modules: readonly EditedModule[], read: (path: string) => string): FileChange[] {
  return modules.map(({ module: { path, file }, edits }) => ({
    kind: 'edit',
    path,
    before: read(path),
    after: restoreBytes(render(file.text, edits, 0, file.text.length), file),
  }))
}
