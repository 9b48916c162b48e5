/** Commands that have a name. It is the first argument; behind an option it would be a folder. */
const COMMANDS: readonly string[] = ['undo', 'verify', 'explain']

/** For a message about arguments that could not be taken: what may be wrong where a command stands behind others. */
export function hintOf(argv: readonly string[]): string {
  const named = argv.find((argument, at) => at > 0 && COMMANDS.includes(argument))
  return named === undefined ? '' : ` The command goes first: routeshift ${named} ...`
}
