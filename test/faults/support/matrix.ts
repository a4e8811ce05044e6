import { startTestProxy, type TestProxy } from '../../support/test-proxy.ts'
import { type UpstreamKind, upstreamKinds } from '../../support/upstreams.ts'
import { type Ending, endingOf, endpoints } from './endings.ts'
import { type Cell, type Fault, faults, noFault, styles } from './faults.ts'
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts'
import { wireAnswer } from './wire-answer.ts'

/** Every combination of upstream, endpoint and way of answering. */
export const cells: readonly Cell[] = upstreamKinds.flatMap((kind) =>
  endpoints.flatMap((endpoint) => styles.map((style) => ({ kind, endpoint, style }))),
)

/** The product before an upstream that does what the prompt says: `fault:3`, an index of `faults`. */
export interface FaultRig {
  endingOf(fault: Fault, cell: Cell): Promise<Ending>
  proxyOf(kind: UpstreamKind): TestProxy
  close(): Promise<void>
}

/**
 * `healthy`: the faults befall the upstream's streaming call alone, and healing is on. `broken`: they befall all of them,
 * and each is told as it is.
 */
export async function startFaultRig(rest: 'healthy' | 'broken'): Promise<FaultRig> {
  const sides = new Map<UpstreamKind, { upstream: RawUpstream; proxy: TestProxy }>()
  for (const kind of upstreamKinds) {
    const upstream = await startRawUpstream((request, socket) => {
      const answer = wireAnswer(kind, request)
      const fault = faults[Number(/fault:(\d+)/.exec(request.body)?.[1])]
      if (fault && (rest === 'broken' || answer.call === 'stream')) fault.play(socket, answer, request)
      else noFault.play(socket, answer, request)
    })
    const proxy = await startTestProxy({
      upstream: { kind, base_url: kind === 'argo' ? upstream.url : `${upstream.url}/v1` },
      heartbeat: 0,
      plugins: ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'],
      retries: { limit: 0 },
      heal: { enabled: rest === 'healthy', remember: 0 },
      circuit_breaker: { enabled: false },
      timeouts: { connect: 3_000, first_byte: 1_000, idle: 1_000, total: 7_000 },
    })
    sides.set(kind, { upstream, proxy })
  }
  const side = (kind: UpstreamKind): { upstream: RawUpstream; proxy: TestProxy } => {
    const found = sides.get(kind)
    if (!found) throw new Error(`No upstream of the kind ${kind}.`)
    return found
  }

  return {
    proxyOf: (kind) => side(kind).proxy,
    endingOf(fault, { kind, endpoint, style }) {
      const prompt = `Speak. fault:${faults.indexOf(fault)} mode:${style}`
      const { proxy } = side(kind)
      return endingOf(`${proxy.url}/v1`, { endpoint, stream: style !== 'whole', prompt, mode: style })
    },
    async close() {
      for (const { upstream, proxy } of sides.values()) {
        await proxy.close()
        await upstream.close()
      }
    },
  }
}
