import type { ProxyError } from '../../contract/error.ts'
import type { Emit, StreamEvent } from '../../contract/event.ts'
import type { Decoder } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { joinChunks } from '../../wire/join-chunks.ts'
import { excerptOf } from '../excerpt.ts'
import { type JsonObject, objectsIn, parseJson } from '../json.ts'
import { readErrorInAnswer } from '../read-error.ts'
import { accountError, compareWithNotice } from './account-notice.ts'
import { readNativeCall } from './read-native-call.ts'

/** ARGO's complete answer: `{"response": text}`, with native tools `{"response": {"content", "tool_calls"}}`. */
export function decodeResponse(model: string, origin: string): Decoder {
  const chunks: Buffer[] = []
  return {
    write: (chunk) => void chunks.push(chunk),
    end(emit) {
      const text = joinChunks(chunks).toString('utf8')
      const read = readResponse(text, origin)
      if ('error' in read) return emit({ type: 'error', error: read.error })
      emit({ type: 'start', id: '', model, created: Math.floor(Date.now() / 1000) })
      emitAnswer(read, emit)
      // The value was closed by its own brace: the answer is whole.
      emit({ type: 'finish' })
    },
  }
}

interface Response {
  text: string
  calls: JsonObject[]
}

function readResponse(text: string, origin: string): Response | { error: ProxyError } {
  const body = parseJson(text)
  const response = isRecord(body) ? body.response : undefined
  const content = isRecord(response) ? textOf(response.content) : response
  const said = typeof content === 'string' ? content : text
  if (compareWithNotice(said) === 'notice') return { error: accountError(said) }
  const calls = isRecord(response) ? objectsIn(response.tool_calls) : []
  if (typeof content === 'string') return { text: content, calls }
  if (isRecord(body) && ('error' in body || 'detail' in body)) return { error: readErrorInAnswer(origin, text) }
  const shown = text.trim() === '' ? 'nothing at all' : `no answer in it: ${excerptOf(text)}`
  return { error: proxyError('upstream_invalid_answer', `The upstream answered with ${shown}`) }
}

/** `null` beside tool calls is no text; Anthropic's form is a list of blocks. */
function textOf(content: unknown): string | undefined {
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}

function emitAnswer({ text, calls }: Response, emit: Emit<StreamEvent>): void {
  if (text !== '') emit({ type: 'text-delta', choice: 0, delta: text })
  let index = 0
  for (const call of calls) {
    const read = readNativeCall(call)
    if (!read) {
      emit({ type: 'raw', format: 'argo', value: call })
      continue
    }
    emit({ type: 'tool-call-start', choice: 0, index, id: read.id, name: read.name })
    emit({ type: 'tool-call-delta', choice: 0, index, delta: read.arguments })
    emit({ type: 'tool-call-end', choice: 0, index })
    index += 1
  }
}
