import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'

/** Fields of OpenAI's requests whose wish the wire cannot fulfil: a clear 400 instead of a wrong answer. */
const refused: Record<string, (value: unknown) => boolean> = {
  logit_bias: (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  modalities: (value) => Array.isArray(value) && value.some((modality) => modality !== 'text'),
  audio: isGiven,
  web_search_options: isGiven,
  functions: (value) => Array.isArray(value) && value.length > 0,
  function_call: (value) => isGiven(value) && value !== 'none' && value !== 'auto',
  suffix: (value) => isGiven(value) && value !== '',
  best_of: (value) => typeof value === 'number' && value > 1,
}

/** Fields that change nothing about the answer's text: left out without a word. */
const harmless = new Set([
  ...['user', 'metadata', 'store', 'service_tier', 'safety_identifier', 'stream_options', 'stream', 'echo'],
  ...['prompt_cache_key', 'prompt_cache_retention', 'client_metadata', 'include', 'truncation', 'prediction'],
  ...Object.keys(refused),
])

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/** Throws for a field that the wire cannot carry; returns the names of those that are left out and may be missed. */
export function checkExtraFields(extra: Readonly<Record<string, unknown>>): string[] {
  for (const [field, isWish] of Object.entries(refused)) if (isWish(extra[field])) throw unsupported(field)
  return Object.keys(extra).filter((field) => !harmless.has(field) && isGiven(extra[field]))
}

export function unsupported(field: string, remedy = 'leave it out'): ProxyError {
  return proxyError('unsupported_parameter', `ARGO's wire cannot carry \`${field}\`: ${remedy}.`, { param: field })
}
