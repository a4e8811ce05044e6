import type { UpstreamConfig } from '../config/schema.ts'

/** The headers of every call: made once. Those of the configuration win. */
export function callHeaders(config: UpstreamConfig): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: '*/*' }
  if (config.api_key !== undefined) headers.authorization = `Bearer ${config.api_key}`
  for (const [name, value] of Object.entries(config.headers)) headers[name.toLowerCase()] = value
  return headers
}
