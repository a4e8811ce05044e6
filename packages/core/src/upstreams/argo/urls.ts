import type { UpstreamConfig } from '../../config/schema.ts'

/** ARGO's endpoints. */
export interface ArgoUrls {
  chat: URL
  stream: URL
  embed: URL
  models: URL
}

/**
 * Derived from the base once. The base may be the gateway's root (`.../argoapi`) or reach into it (`.../argoapi/api/v1/`,
 * as older configuration files have it); a single URL of the configuration wins.
 */
export function argoUrls(config: UpstreamConfig): ArgoUrls {
  const root = config.base_url.replace(/\/+$/, '').replace(/\/(?:api\/)?v1$/, '')
  const base = `${root}/api/v1/`
  return {
    chat: new URL(config.argo_url ?? `${base}resource/chat/`),
    stream: new URL(config.argo_stream_url ?? `${base}resource/streamchat/`),
    embed: new URL(config.argo_embedding_url ?? `${base}resource/embed/`),
    models: new URL(config.argo_models_url ?? `${base}models/`),
  }
}
