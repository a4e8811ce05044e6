import type { Config } from '../config/schema.ts'

/** The same configuration, but with what the listening server does not take anew as it stood at its start. */
export function withFixedKeys(next: Config, start: Config): Config {
  const { headers, connections } = start.limits
  const { request_headers, request } = start.timeouts
  return {
    ...next,
    host: start.host,
    port: start.port,
    workers: start.workers,
    limits: { ...next.limits, headers, connections },
    timeouts: { ...next.timeouts, request_headers, request },
  }
}

/** Keys with a new value that only a restart can take. */
export function fixedKeys(before: Config, after: Config): string[] {
  const old = fixedValues(before)
  return Object.entries(fixedValues(after)).flatMap(([key, value]) => (old[key] === value ? [] : [key]))
}

function fixedValues({ host, port, workers, limits, timeouts }: Config): Record<string, unknown> {
  return {
    host,
    port,
    workers,
    'limits.headers': limits.headers,
    'limits.connections': limits.connections,
    'timeouts.request_headers': timeouts.request_headers,
    'timeouts.request': timeouts.request,
  }
}
