import { outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

/** A request as either adapter of @saleor/app-sdk gives it. */
export interface Given {
  method: string
  baseUrl: string
  header: (key: string) => string | null
  body: () => Promise<unknown>
  rawBody: () => Promise<string>
}

export interface Answer {
  status: number
  body: unknown
}

/** What the handler is called with, or the answer in its place. */
export type Checked = { context: object } | { answer: Answer }

export interface Apl {
  get(url: string): unknown
}

export interface WebhookOptions {
  name?: string
  event: string
  webhookPath: string
  apl: Apl
  onError?: (error: Error) => void
}

/** @saleor/app-sdk@1.11.0 shared/saleor-webhook-validator: the signature is checked by a call to the outside. */
export async function checkWebhook(world: World, options: WebhookOptions, given: Given): Promise<Checked> {
  const refuse = (status: number, type: string): Checked => {
    options.onError?.(new Error(type))
    return { answer: { status, body: { error: { type, message: type } } } }
  }
  const event = given.header('saleor-event')
  const saleorApiUrl = given.header('saleor-api-url')
  const signature = given.header('saleor-signature')
  if (given.method !== 'POST') return refuse(405, 'WRONG_METHOD')
  if (!saleorApiUrl) return refuse(400, 'MISSING_API_URL_HEADER')
  if (!event) return refuse(400, 'MISSING_EVENT_HEADER')
  if (event !== options.event.toLowerCase()) return refuse(400, 'WRONG_EVENT')
  if (!signature) return refuse(400, 'MISSING_SIGNATURE_HEADER')
  const text = await given.rawBody()
  if (!text) return refuse(400, 'MISSING_REQUEST_BODY')
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch {
    return refuse(400, 'CANT_BE_PARSED')
  }
  const authData = await options.apl.get(saleorApiUrl)
  if (!authData) return refuse(401, 'NOT_REGISTERED')
  try {
    await outsideCall(world, 'app-sdk.verifySignature', [signature, text], [])
  } catch {
    return refuse(401, 'SIGNATURE_VERIFICATION_FAILED')
  }
  return { context: { baseUrl: given.baseUrl, event, payload, authData, schemaVersion: null } }
}

/** @saleor/app-sdk@1.11.0 shared/protected-action-validator: the token is checked by a call to the outside. */
export async function checkToken(world: World, apl: Apl, given: Given): Promise<Checked> {
  const refuse = (status: number, why: string): Checked => ({
    answer: { status, body: `Validation error: ${why}` },
  })
  const saleorApiUrl = given.header('saleor-api-url')
  const token = given.header('authorization-bearer')
  if (!saleorApiUrl) return refuse(400, 'Missing saleor-api-url header')
  if (!token) return refuse(400, 'Missing authorization-bearer header')
  const authData = await apl.get(saleorApiUrl)
  if (!authData)
    return refuse(401, `Can't find auth data for saleorApiUrl ${saleorApiUrl}. Please register the application`)
  try {
    await outsideCall(world, 'app-sdk.verifyToken', [token, saleorApiUrl], [])
  } catch {
    return refuse(401, 'JWT verification failed')
  }
  return { context: { baseUrl: given.baseUrl, authData, user: {} } }
}
