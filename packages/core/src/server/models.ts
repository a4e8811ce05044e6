import type { ServerResponse } from 'node:http'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { sendJson } from './reply.ts'

/** `GET /v1/models`. */
export async function serveModels(response: ServerResponse, { catalog }: App): Promise<void> {
  sendJson(response, 200, { object: 'list', data: await catalog.list() })
}

/** `GET /v1/models/{id}`. */
export async function serveModel(id: string, response: ServerResponse, { catalog }: App): Promise<void> {
  const models = await catalog.list()
  const model = models.find((one) => one.id === id)
  if (model) return sendJson(response, 200, model)
  const message = `The model "${id}" does not exist; GET /v1/models lists those that do.`
  throw proxyError('model_not_found', message, { param: 'model' })
}

/** `POST /refresh`: reads the upstream's list now. */
export async function serveRefresh(response: ServerResponse, { catalog }: App): Promise<void> {
  const models = await catalog.refresh()
  sendJson(response, 200, { object: 'list', data: models })
}
