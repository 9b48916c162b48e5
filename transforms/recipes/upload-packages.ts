import { block } from '../concerns/lowering.ts'
import { isCall, isMember } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { parentOf, type Node } from '../syntax/tree.ts'
import type { Recipe, RecipeContext } from './recipe.ts'

/** Packages that parse uploads as a stream of events, or write files as they come: no form of the route replaces them. */
const PACKAGES = new Set(['multer', 'busboy', '@fastify/busboy', 'multiparty', 'connect-multiparty', 'next-multiparty'])

/** multer@2.0.2 lib/make-middleware.js, busboy@1.6.0 lib/index.js: take a Node request. Kept, with the package's name (PA549). */
export const uploadPackages: Recipe = {
  id: 'upload-packages',
  codes: ['PA549'],
  packages: [...PACKAGES],
  owns: (found, context) => packageOf(found.call.callee, context) !== null,
  lower: (found, at, context) => {
    block(at, 'PA549', found.call, {
      package: packageOf(found.call.callee, context) ?? found.imported?.source ?? '',
      why: 'stream',
    })
    return true
  },
}

/** `upload.single('file')(req, res)`, where `const upload = multer(...)`. */
function packageOf(callee: Node, context: RecipeContext): string | null {
  let root = callee
  while (isCall(root) || isMember(root) || root.type === 'NewExpression')
    root = isMember(root) ? root.object : root.callee
  const declaration = root.type === 'Identifier' ? bindingAt(context.tree, root)?.declaration : undefined
  if (!declaration) return null
  const from = parentOf(declaration)
  if (from?.type === 'ImportDeclaration') return PACKAGES.has(from.source.value) ? from.source.value : null
  const init = declaration.type === 'VariableDeclarator' ? declaration.init : null
  const imported = root.type === 'Identifier' ? context.importOf(root) : null
  if (imported && PACKAGES.has(imported.source)) return imported.source
  return init && (isCall(init) || init.type === 'NewExpression') ? packageOf(init.callee, context) : null
}
