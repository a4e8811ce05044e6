import type { UpstreamConfig } from '../config/schema.ts'
import type { Upstream } from '../contract/upstream.ts'
import { createArgoUpstream } from './argo.ts'
import { createOpenAIUpstream } from './openai.ts'

/** The upstream of the configuration; `environment` holds the key that `api_key_env` names. */
export function createUpstream(
  config: UpstreamConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Upstream {
  const named = config.api_key_env === undefined ? undefined : environment[config.api_key_env]
  const withKey = { ...config, api_key: config.api_key ?? (named || undefined) }
  return config.kind === 'argo' ? createArgoUpstream(withKey) : createOpenAIUpstream(withKey)
}
