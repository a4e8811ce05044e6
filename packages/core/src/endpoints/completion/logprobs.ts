import { isRecord } from '../../record.ts'
import type { Fields } from '../parse/fields.ts'

const lists = ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'] as const

/**
 * Log probabilities in the form of legacy Completions, whatever form the upstream gave: its own, or that of Chat
 * Completions. `offset` is where the text of this delta begins within its choice, in characters.
 */
export function legacyLogprobs(logprobs: unknown, offset: number): Fields | null {
  if (!isRecord(logprobs)) return null
  if (Array.isArray(logprobs.tokens)) return logprobs
  if (!Array.isArray(logprobs.content)) return null
  const entries = logprobs.content.filter(isRecord)
  let position = offset
  const offsets = entries.map(({ token }) => {
    const start = position
    position += typeof token === 'string' ? token.length : 0
    return start
  })
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map(({ top_logprobs }) => topByToken(top_logprobs)),
    text_offset: offsets,
  }
}

function topByToken(top: unknown): Fields {
  const entries = Array.isArray(top) ? top.filter(isRecord) : []
  return Object.fromEntries(entries.map(({ token, logprob }) => [String(token), logprob]))
}

/** The log probabilities of a choice's deltas as one. */
export function joinLegacyLogprobs(parts: readonly Fields[]): Fields | null {
  if (parts.length === 0) return null
  return Object.fromEntries(
    lists.map((key) => [key, parts.flatMap((part) => (Array.isArray(part[key]) ? part[key] : []))]),
  )
}
