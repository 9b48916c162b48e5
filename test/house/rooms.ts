/** A folder of transforms/, or `root` for the files beside them. */
export type Room =
  | 'model'
  | 'syntax'
  | 'concerns'
  | 'recipes'
  | 'analyse'
  | 'plan'
  | 'emit'
  | 'report'
  | 'project'
  | 'verify'
  | 'cli'
  | 'root'

/** What each room may import. The engine is a ladder: a room sees the rooms below it, never those above. */
export const mayImport: Readonly<Record<Room, readonly Room[]>> = {
  model: [],
  syntax: ['model'],
  concerns: ['model', 'syntax'],
  recipes: ['model', 'syntax'],
  analyse: ['model', 'syntax', 'concerns', 'recipes'],
  plan: ['model', 'syntax', 'concerns', 'recipes', 'analyse'],
  emit: ['model', 'syntax', 'concerns', 'recipes', 'analyse', 'plan'],
  report: ['model'],
  project: ['model', 'syntax'],
  verify: ['model', 'syntax', 'project', 'analyse'],
  cli: ['model', 'project', 'report'],
  root: ['model', 'syntax', 'concerns', 'recipes', 'analyse', 'plan', 'emit', 'report', 'project', 'verify', 'root'],
}

/** Imports that the ladder does not have, each with its reason. `*` is the whole room. */
export const exceptions: readonly { from: string; to: string; why: string }[] = [
  { from: 'recipes/*', to: 'concerns/lowering.ts', why: 'recipes collect edits, needs and findings as concerns do' },
  {
    from: 'recipes/*',
    to: 'concerns/after.ts',
    why: 'a recipe puts work off until the answer is sent, as listeners are',
  },
  { from: 'recipes/*', to: 'concerns/module/imports.ts', why: 'a recipe writes import specifiers for another folder' },
  { from: 'cli/main.ts', to: 'migrate.ts', why: 'the command runs the map' },
  { from: 'cli/main.ts', to: 'migrate-verified.ts', why: 'with --verify the command runs the map and the replay' },
  { from: 'cli/main.ts', to: 'verify.ts', why: 'the command `verify` compares two trees' },
  { from: 'cli/main.ts', to: 'verify-live.ts', why: 'with --live it compares two servers' },
  { from: 'cli/main.ts', to: 'undo.ts', why: 'the command `undo` takes a run back' },
  { from: 'cli/run-undo.ts', to: 'undo.ts', why: 'the same' },
  { from: 'cli/write-changes.ts', to: 'apply.ts', why: 'the command is where changes are written' },
  { from: 'cli/write-changes.ts', to: 'format.ts', why: 'and formatted, with --format' },
  { from: 'cli/write-changes.ts', to: 'commits.ts', why: 'and committed, with --commits' },
  { from: 'cli/run.ts', to: 'journal.ts', why: 'it refuses to read a tree that is half written' },
]

/** Files that touch the disk, other processes or the console. Everything else gets a Host or an Io. */
export const touchesTheWorld: readonly { file: string; why: string }[] = [
  { file: 'project/host.ts', why: 'the one door to files' },
  { file: 'project/git.ts', why: 'the part of it that asks git' },
  { file: 'project/formatters.ts', why: 'the part of it that runs the formatters of the repository' },
  { file: 'project/history.ts', why: 'the part of it that commits, with an index of its own in a temporary folder' },
  { file: 'project/run-state.ts', why: 'the part of it that keeps what a run did, in the folder of git' },
  { file: 'cli/files.ts', why: 'reports and patches are written where the user says, also outside of the project' },
  {
    file: 'emit/adapter/runner-text.ts',
    why: 'text of a file of the user, which prints an error that came after the answer',
  },
  { file: 'verify/bundle.ts', why: 'bundles are written to a temporary folder' },
  { file: 'verify/pool.ts', why: 'user code runs in processes of its own' },
  { file: 'verify/verify-routes.ts', why: 'makes and deletes the temporary folder' },
  { file: 'verify/worker-file.ts', why: 'finds the program of the worker processes' },
  { file: 'verify/worker/evaluate.ts', why: 'reads bundles' },
]

/** Where the cases of a concern or recipe are, when it is not fixtures/<id>. */
export const fixturesOf: Readonly<Record<string, string>> = {
  'request/method': 'flow/dispatch',
  'response/body': 'response/send',
  'raw-body': 'request/raw-body',
  'supabase/*': 'recipes/supabase',
  'close-source': 'calls/close-source',
  formidable: 'request/upload',
  'request-ip': 'recipes/request-ip',
  'console-log': 'recipes/console-log',
  'request-map': 'calls/request-maps',
  'unread-arguments': 'calls/unread-arguments',
  'cookies-next': 'recipes/cookies-next',
  nookies: 'recipes/nookies',
  'upload-packages': 'request/upload',
  'auth0/*': 'recipes/auth0',
  cors: 'recipes/cors',
  'iron-session/*': 'recipes/iron-session',
  'next-auth/*': 'recipes/next-auth',
  'trpc/*': 'recipes/trpc',
  'next-api-middleware/*': 'recipes/next-api-middleware',
  'multer/*': 'recipes/multer',
  'own-middleware': 'recipes/own-middleware',
  'next-connect/*': 'recipes/next-connect',
  'sentry/*': 'recipes/sentry',
  'next-axiom': 'recipes/next-axiom',
  'saleor/*': 'recipes/saleor',
  'blitz/*': 'recipes/blitz',
  clerk: 'recipes/clerk',
  inngest: 'recipes/inngest',
  'node-packages': 'recipes/node-packages',
  'graphql/*': 'recipes/graphql',
}

/** Codes that are also emitted with another level than their row says, and when. */
export const otherLevels: Readonly<Record<string, { level: string; why: string }>> = {
  PA113: { level: 'review', why: 'the object is passed to a function' },
  PA574: { level: 'blocker', why: 'with --keep-tested' },
  PA584: { level: 'note', why: 'the SDK wraps route handlers by itself' },
  PA151: { level: 'review', why: 'something may throw before the listener is taken back' },
  PA301: { level: 'note', why: 'the calls in the repository show the methods' },
  PA338: { level: 'note', why: 'the work cannot fail' },
  PA543: { level: 'note', why: 'the form has no files' },
  PA595: { level: 'note', why: 'the test calls no handler' },
  PA567: { level: 'review', why: 'procedures or contexts set headers' },
  PA544: { level: 'review', why: 'the file reads a body' },
  PA569: { level: 'review', why: 'before Next 13.5' },
  PA604: { level: 'review', why: 'the handler of @as-integrations/next' },
  PA601: { level: 'review', why: 'where the function reads cookies after it has set one' },
}

/** Files over 250 lines, each with what holds it together. A file that has become shorter must leave the list. */
export const longFiles: Readonly<Record<string, string>> = {
  'test/fuzz/answers.ts': 'one list of productions: answers and what is set before them',
  'test/fuzz/dispatch.ts': 'one list of productions: how handlers tell methods apart',
  'test/fuzz/flows.ts': 'one list of productions: statements around answers',
  'test/fuzz/reads.ts': 'one list of productions: what handlers read from the request',
  'test/fuzz/values.ts': 'one list of productions: tests, values and work',
  'test/project/load.test.ts': 'one table of project layouts',
  'test/verify/judge.test.ts': 'one list of verdicts',
  'test/verify/hosting.test.ts': 'one list of what real servers were measured to do',
  'transforms/analyse/flow.ts': 'one walk over a body: its cases share the state of the path',
  'transforms/analyse/ledger.ts': 'one list of what can be done with req and res',
  'transforms/analyse/method-value.ts': 'one evaluator: a case for each kind of expression',
  'transforms/concerns/request/query.ts': 'both sides of req.query, read together',
  'transforms/emit/module.ts': 'the text of a route file, from its head to its last export',
  'transforms/plan/function.ts': 'one function in one body: what each concern leaves, in order',
  'transforms/plan/needs.ts': 'every declaration that new code needs, in the order they stand',
  'transforms/plan/response.ts': 'folding: effects and exits only make sense together',
  'transforms/plan/route.ts': 'the planner: variants, helpers and methods depend on each other',
  'transforms/plan/shared-function.ts': 'one function of another module: its input for planning, and what it came to',
  'transforms/syntax/scope.ts': 'one table of what declares and what refers',
  'transforms/syntax/value-kind.ts': 'one table of what an expression is at run time',
  'transforms/verify/worker/stand-in.ts': 'one proxy: its traps, members and calls make each other',
}
