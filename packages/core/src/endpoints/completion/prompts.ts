import type { Prompt } from '../../contract/request.ts'
import { wrongType, wrongValue } from '../parse/fault.ts'

/**
 * `prompt` of Completions and `input` of Embeddings: a text, the tokens of one, or an array of either. Each is one entry;
 * an array mixes no kinds. `limit` is the number of entries.
 */
export function readPrompts(value: unknown, param = 'prompt', limit = 2048): Prompt[] {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) throw wrongType(param, 'one of a string or an array', value)
  const entries: readonly unknown[] = value
  if (entries.length === 0) throw wrongValue(param, `Invalid '${param}': empty array. Expected at least one entry.`)
  if (typeof entries[0] === 'number') return [readTokens(entries, param)]
  if (entries.length > limit) {
    throw wrongValue(
      param,
      `Invalid '${param}': array too long. Expected at most ${limit} entries, got ${entries.length}.`,
    )
  }
  return typeof entries[0] === 'string' ? entries.map(readText) : entries.map(readEntry)

  function readText(entry: unknown, index: number): string {
    if (typeof entry === 'string') return entry
    throw wrongType(`${param}[${index}]`, 'a string', entry)
  }

  function readEntry(entry: unknown, index: number): number[] {
    if (Array.isArray(entry)) return readTokens(entry, `${param}[${index}]`)
    throw wrongType(`${param}[${index}]`, 'an array of integers', entry)
  }
}

function readTokens(tokens: readonly unknown[], param: string): number[] {
  if (tokens.length === 0) throw wrongValue(param, `Invalid '${param}': empty array. Expected at least one token.`)
  return tokens.map((token, index) => {
    if (typeof token === 'number' && Number.isSafeInteger(token) && token >= 0) return token
    throw wrongType(`${param}[${index}]`, 'a token (an integer of 0 or more)', token)
  })
}
