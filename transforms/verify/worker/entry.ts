import { answerJobs } from './jobs.ts'

// Next prints what it thinks of errors; what the handler prints is recorded elsewhere.
for (const level of ['debug', 'error', 'info', 'log', 'warn'] as const) console[level] = () => undefined

// Frames of a stack name lines of bundles; a handler that prints or sends them would look different on each side.
Error.stackTraceLimit = 0

answerJobs()
