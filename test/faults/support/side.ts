import type { Socket } from 'node:net'
import type { ConfigInput } from 'argo-proxy'
import { afterEach } from 'vitest'
import { startTestProxy, type TestProxy } from '../../support/test-proxy.ts'
import type { UpstreamKind } from '../../support/upstreams.ts'
import { type RawRequest, type RawUpstream, startRawUpstream } from './raw-upstream.ts'
import { chunked, type WireAnswer, wireAnswer } from './wire-answer.ts'

/** The product before a raw upstream, for one test. */
export interface Side {
  upstream: RawUpstream
  proxy: TestProxy
  /** For an SDK. */
  baseURL: string
  ask(path: string, body: object, init?: RequestInit): Promise<Response>
}

type Play = (socket: Socket, answer: WireAnswer, request: RawRequest) => unknown

export const plainPlugins = ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'] satisfies ConfigInput['plugins']

const answerRightly: Play = (socket, answer) => socket.write(chunked(answer))

/** Starts sides that end with the test. */
export function useSides(): (
  kind: UpstreamKind,
  config?: ConfigInput,
  play?: Play,
  onConnection?: (socket: Socket) => void,
) => Promise<Side> {
  const open: Side[] = []
  afterEach(async () => {
    for (const { proxy, upstream } of open.splice(0)) {
      await proxy.close()
      await upstream.close()
    }
  })
  return async (kind, config = {}, play = answerRightly, onConnection) => {
    const upstream = await startRawUpstream(
      (request, socket) => void play(socket, wireAnswer(kind, request), request),
      onConnection,
    )
    const base_url = kind === 'argo' ? upstream.url : `${upstream.url}/v1`
    const proxy = await startTestProxy({
      plugins: plainPlugins,
      ...config,
      upstream: { kind, base_url, ...config.upstream },
    })
    const side: Side = {
      upstream,
      proxy,
      baseURL: `${proxy.url}/v1`,
      ask: (path, body, init) =>
        fetch(proxy.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          ...init,
        }),
    }
    open.push(side)
    return side
  }
}
