import type { ServerResponse } from 'node:http'
import type { Model } from '../contract/format.ts'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { callJson } from './call-json.ts'
import { sendJson } from './reply.ts'

/** `GET /v1/models`. */
export async function serveModels(response: ServerResponse, app: App): Promise<void> {
  sendJson(response, 200, { object: 'list', data: await fetchModels(app) })
}

/** `GET /v1/models/{id}`. */
export async function serveModel(id: string, response: ServerResponse, app: App): Promise<void> {
  const models = await fetchModels(app)
  const model = models.find((one) => one.id === id)
  if (!model)
    throw proxyError('model_not_found', `The model "${id}" does not exist; GET /v1/models lists those that do.`, {
      param: 'model',
    })
  sendJson(response, 200, model)
}

export function fetchModels({
  upstream,
  forwarder,
  config,
}: Pick<App, 'upstream' | 'forwarder' | 'config'>): Promise<Model[]> {
  return callJson(upstream.models(), forwarder, config.limits.answer)
}
