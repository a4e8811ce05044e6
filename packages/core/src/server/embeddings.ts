import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseEmbeddings } from '../endpoints/embeddings.ts'
import type { App } from './app.ts'
import { callJson } from './call-json.ts'
import { callerOf } from './caller.ts'
import { readJson } from './read-json.ts'
import { sendJson } from './reply.ts'

/** `POST /v1/embeddings`. */
export async function serveEmbeddings(request: IncomingMessage, response: ServerResponse, app: App): Promise<void> {
  const { config, upstream, forwarder } = app
  const embeddings = parseEmbeddings(await readJson(request, config.limits.body))
  const call = upstream.embeddings(embeddings, { user: callerOf(request, config).user })
  sendJson(response, 200, await callJson(call, forwarder, config.limits.answer))
}
