import { isRecord } from '../../record.ts'
import {
  arrayAt,
  countAt,
  type Fail,
  type JsonObject,
  nameAt,
  objectAt,
  objectsAt,
  parseObject,
  readStream,
  StreamGrammarError,
} from './violation.ts'

/** Token counts as a stream gave them. */
export interface StreamUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

/** What the two Completions formats have in common. */
export interface ChunkStream {
  id: string
  created: number
  model: string
  chunks: JsonObject[]
  /** Undefined where the stream gives none. */
  usage: StreamUsage | undefined
  /** The error that ended the stream; undefined where it ended well, with `[DONE]`. */
  error: JsonObject | undefined
}

/**
 * One id, one `created`, one model; usage on the last chunk alone, and then null on all others; the end is one `[DONE]`,
 * or one error and no `[DONE]`. `takeChoice` looks at each choice of each chunk.
 */
export function checkChunkStream(
  text: string,
  format: string,
  objectName: string,
  takeChoice: (choice: JsonObject, fail: Fail) => void,
): ChunkStream {
  const chunks: JsonObject[] = []
  let first: JsonObject | undefined
  let usage: StreamUsage | undefined
  let error: JsonObject | undefined
  let over = false

  for (const { event, fail } of readStream(text, format)) {
    if (over) fail('an event after the end')
    if (event.event !== undefined) fail(`an event name, '${event.event}'`)
    if (event.data === '[DONE]') {
      over = true
      continue
    }
    const chunk = parseObject(event.data, fail)
    if ('error' in chunk) {
      error = objectAt(chunk, 'error', fail)
      nameAt(error, 'message', fail)
      over = true
      continue
    }
    checkIdentity(chunk, first, objectName, fail)
    first ??= chunk
    chunks.push(chunk)
    if (usage) fail('a chunk after the usage')
    usage = readUsage(chunk, first, fail)
    for (const choice of objectsAt(chunk, 'choices', fail)) takeChoice(choice, fail)
  }
  if (!over) throw new StreamGrammarError(`${format}: the stream ends without [DONE] and without an error`)
  if (!error && first && 'usage' in first && !usage) {
    throw new StreamGrammarError(`${format}: usage is null on every chunk`)
  }
  const { id = '', created = 0, model = '' } = first ?? {}
  return { id: String(id), created: Number(created), model: String(model), chunks, usage, error }
}

function checkIdentity(chunk: JsonObject, first: JsonObject | undefined, objectName: string, fail: Fail): void {
  if (chunk.object !== objectName) fail(`'object' is not '${objectName}'`)
  nameAt(chunk, 'id', fail)
  nameAt(chunk, 'model', fail)
  countAt(chunk, 'created', fail)
  for (const key of ['id', 'created', 'model']) {
    if (first && chunk[key] !== first[key]) fail(`another '${key}' than on the first chunk (${String(first[key])})`)
  }
}

function readUsage(chunk: JsonObject, first: JsonObject, fail: Fail): StreamUsage | undefined {
  if ('usage' in chunk !== 'usage' in first) fail("'usage' on some chunks and not on others")
  if (!isRecord(chunk.usage)) {
    if ('usage' in chunk && chunk.usage !== null) fail("'usage' is neither an object nor null")
    return undefined
  }
  if (arrayAt(chunk, 'choices', fail).length > 0) fail('usage on a chunk that has choices')
  const usage = {
    prompt_tokens: countAt(chunk.usage, 'prompt_tokens', fail),
    completion_tokens: countAt(chunk.usage, 'completion_tokens', fail),
    total_tokens: countAt(chunk.usage, 'total_tokens', fail),
  }
  if (usage.total_tokens !== usage.prompt_tokens + usage.completion_tokens) fail('a total that is not the sum')
  return usage
}

/** The states of a stream's choices, in order. Throws where a choice is missing or did not end. */
export function wholeChoices<State extends { finishReason: string | null }>(
  choices: ReadonlyMap<number, State>,
  format: string,
  failed: boolean,
): State[] {
  const states = [...choices].sort(([a], [b]) => a - b)
  for (const [place, [index, { finishReason }]] of states.entries()) {
    if (failed) break
    if (index !== place) throw new StreamGrammarError(`${format}: there is no choice ${place}, but a choice ${index}`)
    if (finishReason === null) throw new StreamGrammarError(`${format}: choice ${index} has no finish_reason`)
  }
  if (states.length === 0 && !failed) throw new StreamGrammarError(`${format}: the stream has no choice`)
  return states.map(([, state]) => state)
}
