import type { Row } from './row.ts'

const pages = `
import { audit } from 'shop-kit'
export default async function handler(req, res) {
  await audit.save('read')
  res.once('finish', () => {
    console.log('sent')
    throw new Error('no log')
  })
  res.json({ a: 1 })
}
`

const app = `
import { after } from 'next/server'
import { audit } from 'shop-kit'
export async function GET() {
  await audit.save('read')
  after(() => {
    console.log('sent')
    throw new Error('no log')
  })
  return Response.json({ a: 1 })
}
`

export const listener: readonly Row[] = [
  {
    id: 'listener-fails',
    codes: ['PA319'],
    pages,
    app,
    requests: [{ method: 'GET', path: '/api/test' }],
    mutants: [
      { name: 'another error', app: app.replace('no log', 'no paper'), aspects: ['rejections'] },
      { name: 'an error that is lost', app: app.replace("throw new Error('no log')", ''), aspects: ['rejections'] },
      {
        name: 'an error of a timer that is lost',
        pages: pages.replace('res.json', "setTimeout(() => { throw new Error('late') }, 1)\n  res.json"),
        aspects: ['rejections'],
      },
      {
        name: 'a timer that fails alike',
        pages: pages.replace('res.json', "setTimeout(() => { throw new Error('no log') }, 1)\n  res.json"),
        aspects: ['rejections'],
      },
    ],
  },
]
