import type { ConfigInput } from 'argo-proxy'
import { type LogRecord, recordingLogger } from 'argo-proxy/testing'
import { configSchema } from '../../packages/core/dist/config/schema.js'
import { type RunningProxy, startProxy } from '../../packages/core/dist/server/start-proxy.js'

export interface TestProxy extends RunningProxy {
  readonly logged: LogRecord[]
  close(graceMilliseconds?: number): Promise<void>
}

/** The built product in this process, on a free port. Relative plugin paths start at `directory`. */
export async function startTestProxy(input: ConfigInput, directory = import.meta.dirname): Promise<TestProxy> {
  const logged: LogRecord[] = []
  const proxy = await startProxy(loadedConfig(input, directory), recordingLogger(logged))
  return { ...proxy, logged, close: (grace = 0) => proxy.close(grace) }
}

/** A configuration as if it had stood in a file. */
export function loadedConfig(input: ConfigInput, directory = import.meta.dirname): Parameters<typeof startProxy>[0] {
  return {
    config: configSchema.parse({ user: 'tester', port: 0, ...input }),
    directory,
    locate: () => undefined,
    origins: new Map(Object.keys(input).map((key) => [key, { from: 'file' as const }])),
  }
}
