import { mutate, type Original } from './mutant.ts'

/** A secret, work after the answer, a switch on a value, a body that is passed on whole. */
export const jobs: Original = {
  id: '/api/jobs',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { queue } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'PUT') return res.status(405).end()
  if (req.headers.authorization !== \`Bearer \${process.env.JOB_SECRET}\`) return res.status(401).json({ error: 'no' })
  const job = req.body ?? {}
  switch (job.kind) {
    case 'mail':
    case 'sms':
      await queue.notify(job.kind)
      return res.status(202).json({ queued: job.kind })
    case 'clean':
      res.status(200).json(job)
      await queue.clean(job)
      return
    default:
      res.status(422).json({ kind: job.kind ?? null, known: ['mail', 'sms', 'clean'] })
  }
}
`,
  app: `
import { queue } from 'shop-kit'

export async function PUT(request: Request) {
  if (request.headers.get('authorization') !== \`Bearer \${process.env.JOB_SECRET}\`)
    return Response.json({ error: 'no' }, { status: 401 })
  const text = await request.text()
  const job = (text ? JSON.parse(text) : request.headers.has('content-type') ? {} : '') ?? {}
  switch (job.kind) {
    case 'mail':
    case 'sms':
      await queue.notify(job.kind)
      return Response.json({ queued: job.kind }, { status: 202 })
    case 'clean': {
      const response = Response.json(job)
      try {
        await queue.clean(job)
      } catch {
        // The client has its answer.
      }
      return response
    }
    default:
      return Response.json({ kind: job.kind ?? null, known: ['mail', 'sms', 'clean'] }, { status: 422 })
  }
}
`,
  exported: ['PUT'],
  codes: ['PA302', 'PA120'],
  mutants: [
    mutate('wrong secret', 'process.env.JOB_SECRET', 'process.env.JOBS_SECRET'),
    mutate('secret not asked for', `!== \`Bearer \${process.env.JOB_SECRET}\``, '=== null'),
    mutate('secret without its scheme', '`Bearer ${process.env.JOB_SECRET}`', 'process.env.JOB_SECRET'),
    mutate('inverted test', `request.headers.get('authorization') !==`, `request.headers.get('authorization') ===`),
    mutate('work after the answer lost', `        await queue.clean(job)\n`, ''),
    mutate('error after the answer answered', 'catch {', 'catch (error) {\n        if (error) throw error'),
    mutate('lost case', `    case 'sms':\n`, ''),
    mutate('lost break', `return Response.json({ queued: job.kind }, { status: 202 })`, ''),
    mutate('body in an object', 'const response = Response.json(job)', 'const response = Response.json({ job })'),
    mutate('wrong argument', 'await queue.notify(job.kind)', 'await queue.notify(job)'),
    mutate('null lost in JSON', 'kind: job.kind ?? null', 'kind: job.kind'),
    mutate('refused as done', 'status: 422', 'status: 200'),
    mutate('order of lists', `['mail', 'sms', 'clean']`, `['clean', 'mail', 'sms']`),
  ],
}
