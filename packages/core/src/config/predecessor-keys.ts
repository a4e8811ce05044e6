import { isRecord } from '../record.ts'
import { didYouMean } from './did-you-mean.ts'
import { isGroup, namesBelow } from './keys.ts'
import type { Problem } from './problem.ts'
import type { Path } from './source-file.ts'

/** URLs that stand at the top of the files of the Python argo-proxy, and may stand there in any file. */
const urls: ReadonlyMap<string, string> = new Map([
  ['argo_base_url', 'base_url'],
  ['argo_url', 'argo_url'],
  ['argo_stream_url', 'argo_stream_url'],
  ['argo_embedding_url', 'argo_embedding_url'],
  ['argo_model_url', 'argo_models_url'],
  ['argo_models_url', 'argo_models_url'],
])

/** Keys that the versions of the Python argo-proxy write or read and that have no meaning here. */
const meaningless = new Set([
  ...['anthropic_stream_mode', 'concurrent_downloads', 'config_version', 'connection_test_timeout', 'dev_mode'],
  ...['dump_dir', 'dump_requests', 'enable_leaked_tool_fix', 'enable_payload_control', 'image_timeout'],
  ...['log_to_file', 'max_log_history', 'max_payload_size', 'mode', 'model_refresh_interval_hours'],
  ...['native_anthropic_base_url', 'native_openai_base_url', 'native_tools', 'num_workers', 'provider_tool_format'],
  ...['pseudo_stream', 'resolve_overrides', 'skip_url_validation', 'socket', 'tool_prompt', 'use_legacy_argo'],
  ...['use_native_anthropic', 'use_native_openai'],
])

/** The file's values in the shape of the schema. */
export interface Reading {
  value: Record<string, unknown>
  /** Where a value is written whose path in the file is another one, by its dotted name. */
  written: ReadonlyMap<string, Path>
  problems: Problem[]
  warnings: Problem[]
}

interface Move {
  key: string
  to: readonly [group: string, name: string]
  content: unknown
}

/** Moves the keys of the Python argo-proxy to their place. `predecessor` as in FoundFile. */
export function readKeys(file: Record<string, unknown>, predecessor: false | 'found' | 'named'): Reading {
  const value: Record<string, unknown> = {}
  const moves: Move[] = []
  const problems: Problem[] = []
  const warnings: Problem[] = []

  for (const [key, content] of Object.entries(file)) {
    if (key === '__proto__') {
      problems.push({ path: [key], at: 'key', message: 'is not a known key: leave it out' })
      continue
    }
    const url = urls.get(key)
    if (url !== undefined) {
      // The Python program took an empty URL as none.
      if (!predecessor || (content !== '' && content !== null)) moves.push({ key, to: ['upstream', url], content })
    } else if (predecessor && key === 'timeout') {
      if (typeof content === 'number')
        moves.push({ key, to: ['timeouts', 'total'], content: Math.round(content * 1000) })
      else problems.push({ path: [key], at: 'value', message: 'is no number: write a number of seconds' })
    } else if (predecessor && meaningless.has(key)) {
      warnings.push({ path: [key], at: 'key', message: 'has no meaning here and is ignored: it can be left out' })
    } else if (predecessor === 'found' && !namesBelow([]).includes(key)) {
      const hint = didYouMean(key, namesBelow([]))
      warnings.push({ path: [key], at: 'key', message: `is not known and is ignored${hint}` })
    } else if (content !== null || !isGroup([key])) {
      // A group whose keys are all commented out is none.
      value[key] = content
    }
  }

  const written = new Map<string, Path>()
  for (const { key, to, content } of moves) {
    const [group, name] = to
    const present = value[group]
    if (isRecord(present) && present[name] !== undefined) {
      const message = `says the same as ${group}.${name}, which is here too: leave one of the two out`
      problems.push({ path: [key], at: 'key', message })
    } else if (present === undefined || isRecord(present)) {
      value[group] = { ...present, [name]: content }
      written.set(`${group}.${name}`, [key])
    }
  }
  return { value, written, problems, warnings }
}
