/** As in next-api-middleware@3.0.0. */
export const nextApiMiddleware = `declare module 'next-api-middleware' {
  import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'
  export type Middleware<Req = NextApiRequest, Res = NextApiResponse> = (req: Req, res: Res, next: () => Promise<void>) => Promise<void>
  export type LabeledMiddleware = { [name: string]: Middleware | Middleware[] }
  type Wrap = (handler: NextApiHandler<any>) => NextApiHandler<any>
  export function label<T extends LabeledMiddleware>(all: T, defaults?: (keyof T)[]): (...chosen: (keyof T | Middleware | Middleware[])[]) => Wrap
  export function use(...all: (Middleware | Middleware[])[]): Wrap
}
`

/** As in next-connect@1.0.0. */
export const nextConnect = `declare module 'next-connect' {
  export type NextHandler = () => any
  type Run<Req, Res> = (req: Req, res: Res, next: NextHandler) => unknown
  interface Options<Req, Res> { onNoMatch?(req: Req, res: Res): unknown; onError?(err: unknown, req: Req, res: Res): unknown }
  interface Router<Req, Res> {
    use(...run: (Run<Req, Res> | Router<Req, Res>)[]): this; all(...run: Run<Req, Res>[]): this; get(...run: Run<Req, Res>[]): this
    post(...run: Run<Req, Res>[]): this; put(...run: Run<Req, Res>[]): this; delete(...run: Run<Req, Res>[]): this
    handler(options?: Options<Req, Res>): (req: Req, res: Res) => Promise<void>
  }
  type Answer = Response | void | Promise<Response | void>
  type EdgeRun<Req, Ctx> = (req: Req, ctx: Ctx, next: NextHandler) => Answer
  interface EdgeOptions<Req, Ctx> { onNoMatch?(req: Req, ctx: Ctx): Answer; onError?(err: unknown, req: Req, ctx: Ctx): Answer }
  interface EdgeRouter<Req, Ctx> {
    use(...run: EdgeRun<Req, Ctx>[]): this; all(...run: EdgeRun<Req, Ctx>[]): this; get(...run: EdgeRun<Req, Ctx>[]): this
    post(...run: EdgeRun<Req, Ctx>[]): this; put(...run: EdgeRun<Req, Ctx>[]): this; delete(...run: EdgeRun<Req, Ctx>[]): this
    handler(options?: EdgeOptions<Req, Ctx>): (req: Req, ctx: Ctx) => Promise<any>
  }
  export function createEdgeRouter<Req extends Request, Ctx>(): EdgeRouter<Req, Ctx>
  export function createRouter<Req = any, Res = any>(): Router<Req, Res>
  export default function nc<Req = any, Res = any>(options?: Options<Req, Res>): Router<Req, Res>
}
`
