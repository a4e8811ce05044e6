import type { ServerResponse } from 'node:http'
import { modelKey, modelNotFound } from '../../upstreams/model-names.ts'
import type { App } from '../app.ts'
import { sendJson } from './send-json.ts'

/** `GET /v1/models`. */
export async function serveModels(response: ServerResponse, { catalog }: App): Promise<void> {
  sendJson(response, 200, { object: 'list', data: await catalog.list() })
}

/** `GET /v1/models/{id}`, by any of the names that a request may use. Throws `model_not_found` with near names. */
export async function serveModel(id: string, response: ServerResponse, { catalog }: App): Promise<void> {
  const models = await catalog.list()
  const key = modelKey(id)
  const model = models.find((one) => one.id === id) ?? models.find((one) => modelKey(one.id) === key)
  if (model) return sendJson(response, 200, model)
  throw modelNotFound(
    id,
    models.map((one) => one.id),
  )
}

/** `POST /refresh`: reads the upstream's list now. */
export async function serveRefresh(response: ServerResponse, { catalog, upstream, peers }: App): Promise<void> {
  const told = peers?.broadcast({ what: 'refresh', origin: upstream.origin })
  const models = await catalog.refresh()
  // Whichever process is asked next has the new list.
  await told
  sendJson(response, 200, { object: 'list', data: models })
}
