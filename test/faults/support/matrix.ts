import { startTestProxy, type TestProxy } from '../../support/test-proxy.ts'
import { upstreamKinds } from '../../support/upstreams.ts'
import { type Ending, endingOf, endpoints } from './endings.ts'
import { type Cell, type Fault, faults, noFault, styles } from './faults.ts'
import { startRawUpstream } from './raw-upstream.ts'
import { wireAnswer } from './wire-answer.ts'

/** Every combination of upstream, endpoint and way of answering. */
export const cells: readonly Cell[] = upstreamKinds.flatMap((kind) =>
  endpoints.flatMap((endpoint) => styles.map((style) => ({ kind, endpoint, style }))),
)

/** The product before an upstream that does what the prompt says: `fault:3`, an index of `faults`. */
export interface FaultRig {
  endingOf(fault: Fault, cell: Cell): Promise<Ending>
  close(): Promise<void>
}

/** Milliseconds. Only what is ended by a limit has a short one: a busy machine must not end the rest. */
const shortly = { first_byte: 1_000, idle: 1_000, total: 7_000 }
const patiently = { first_byte: 12_000, idle: 12_000, total: 15_000 }
const longest = 18_000

/**
 * `healthy`: the faults befall the upstream's streaming call alone, and healing is on. `broken`: they befall all of them,
 * and each is told as it is.
 */
export async function startFaultRig(rest: 'healthy' | 'broken'): Promise<FaultRig> {
  const closing: { close(): Promise<void> }[] = []
  const proxies = new Map<string, TestProxy>()
  for (const kind of upstreamKinds) {
    const upstream = await startRawUpstream((request, socket) => {
      const answer = wireAnswer(kind, request)
      const fault = faults[Number(/fault:(\d+)/.exec(request.body)?.[1])]
      if (fault && (rest === 'broken' || answer.call === 'stream')) fault.play(socket, answer, request)
      else noFault.play(socket, answer, request)
    })
    for (const [patience, timeouts] of Object.entries({ shortly, patiently })) {
      const proxy = await startTestProxy({
        upstream: { kind, base_url: kind === 'argo' ? upstream.url : `${upstream.url}/v1` },
        heartbeat: 0,
        plugins: ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'],
        retries: { limit: 0 },
        heal: { enabled: rest === 'healthy', remember: 0 },
        circuit_breaker: { enabled: false },
        timeouts: { connect: 7_000, ...timeouts },
      })
      proxies.set(`${kind} ${patience}`, proxy)
      closing.push(proxy)
    }
    closing.push(upstream)
  }

  return {
    endingOf(fault, { kind, endpoint, style }) {
      const proxy = proxies.get(`${kind} ${fault.lasts ? 'shortly' : 'patiently'}`)
      if (!proxy) throw new Error(`No proxy before ${kind}.`)
      const prompt = `Speak. fault:${faults.indexOf(fault)} mode:${style}`
      return endingOf(`${proxy.url}/v1`, { endpoint, stream: style !== 'whole', prompt, mode: style }, longest)
    },
    async close() {
      for (const one of closing) await one.close()
    },
  }
}
