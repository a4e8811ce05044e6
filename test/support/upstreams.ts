import type { ConfigInput } from 'argo-proxy'
import { startArgoGateway, startOpenAIServer } from 'argo-proxy/testing'
import { startTestProxy, type TestProxy } from './test-proxy.ts'

type GatewayOptions = Parameters<typeof startArgoGateway>[0] & Parameters<typeof startOpenAIServer>[0]
type Gateway = Awaited<ReturnType<typeof startArgoGateway>>

export type UpstreamKind = 'argo' | 'openai'
export const upstreamKinds: readonly UpstreamKind[] = ['argo', 'openai']

export interface TestRig {
  gateway: Gateway
  proxy: TestProxy
  /** Base URL for an SDK. */
  baseURL: string
  close(): Promise<void>
}

/** An upstream of this kind and a proxy in front of it. */
export async function startRig(
  kind: UpstreamKind,
  config: ConfigInput = {},
  options: GatewayOptions = {},
): Promise<TestRig> {
  const gateway = kind === 'argo' ? await startArgoGateway(options) : await startOpenAIServer(options)
  const base_url = kind === 'argo' ? gateway.url : new URL('v1', gateway.url).href
  const proxy = await startTestProxy({ ...config, upstream: { kind, base_url, ...config.upstream } })
  return {
    gateway,
    proxy,
    baseURL: `${proxy.url}/v1`,
    async close() {
      await proxy.close()
      await gateway.close()
    },
  }
}
