import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isRecord } from '../record.ts'

/** One request that a test server got, and what became of its answer. Live: its last three fields change with time. */
export interface RecordedRequest {
  method: string
  /** Path and query, as sent. */
  url: string
  headers: IncomingHttpHeaders
  /** The body as it came. */
  text: string
  /** The body parsed; `undefined` where it is empty or no JSON. */
  body: unknown
  /** How many chunks of the answer have been written. */
  chunksSent: number
  /** The peer closed the connection before the answer was complete. */
  aborted: boolean
  /** Resolves when the answer is written to its end, cut on purpose, or aborted by the peer. */
  ended: Promise<void>
}

/** Reads a request to its end. Rejects where the peer leaves before that. */
export async function recordRequest(incoming: IncomingMessage, ended: Promise<void>): Promise<RecordedRequest> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part)
  const text = Buffer.concat(parts).toString()
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: incoming.headers,
    text,
    body: parseJson(text),
    chunksSent: 0,
    aborted: false,
    ended,
  }
}

/** The body's fields, whatever came: `{}` where the body is no JSON object. */
export function fieldsOf(request: RecordedRequest): Record<string, unknown> {
  return isRecord(request.body) ? request.body : {}
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
