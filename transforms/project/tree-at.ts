import { type Host, UserError } from '../model/host.ts'
import { type Overlay, overlayHost } from './overlay.ts'

/** The tree as it was at a commit: the working tree, but for the files that have changed since. Installed packages are those of today. */
export function treeAt(host: Host, ref: string): Host {
  if (!host.git.inRepository)
    throw new UserError(
      `${host.root} is not in a git repository, so there is nothing to compare with. Run the command in a git checkout.`,
    )
  const commit = host.git.resolve(ref)
  if (commit === null)
    throw new UserError(
      `git knows no commit ${ref}. Name a commit, branch or tag from before the routes moved: --from.`,
    )
  const changed: Overlay = new Map(
    host.git.changedSince(commit).map(({ path, wasThere }) => {
      return [path, wasThere ? () => host.git.readAt(commit, path) : null]
    }),
  )
  return overlayHost(host, changed)
}
