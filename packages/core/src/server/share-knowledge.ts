import { ProxyError } from '../contract/error.ts'
import type { BrokenStreams } from './exchange/broken-streams.ts'
import type { PeerEvent, Peers } from './peers.ts'
import type { Circuit, Permit } from './upstream/circuit.ts'
import type { ModelCatalog } from './upstream/model-catalog.ts'

/** What a process knows of its upstream. */
export interface Knowledge {
  circuit: Circuit
  brokenStreams: BrokenStreams
}

export interface SharedKnowledge extends Knowledge {
  /** Takes over what another process has learnt. */
  onPeerEvent(event: PeerEvent): Promise<void>
}

/** The same knowledge; what is new in it is told to the others, once. */
export function shareKnowledge(
  { circuit, brokenStreams }: Knowledge,
  {
    origin,
    catalog,
    peers,
  }: { origin: string; catalog: Pick<ModelCatalog, 'refresh'>; peers: Pick<Peers, 'broadcast'> },
): SharedKnowledge {
  /** Whether a call has failed and none was answered since, here or elsewhere. Success is event only then. */
  let failing = false

  function told(permit: Permit): Permit {
    let settled = false
    return {
      succeed() {
        if (settled) return
        settled = true
        permit.succeed()
        if (!failing) return
        failing = false
        void peers.broadcast({ what: 'answered', origin })
      },
      fail(error) {
        if (settled) return
        settled = true
        permit.fail(error)
        failing = true
        const { code, status, type, message } = error
        if (circuit.state !== 'open')
          void peers.broadcast({ what: 'failed', origin, error: { code, status, type, message } })
      },
      leave() {
        if (settled) return
        settled = true
        permit.leave()
      },
    }
  }

  /** As if a call of here had gone so. While the circuit is open there is no permit, and nothing to learn. */
  function pretend(outcome: (permit: Permit) => void): void {
    const permit = circuit.enter()
    if (!(permit instanceof ProxyError)) outcome(permit)
  }

  return {
    circuit: {
      get state() {
        return circuit.state
      },
      enter() {
        const permit = circuit.enter()
        return permit instanceof ProxyError || circuit.state === 'off' ? permit : told(permit)
      },
    },
    brokenStreams: {
      ...brokenStreams,
      remember(model) {
        brokenStreams.remember(model)
        void peers.broadcast({ what: 'broken stream', origin, model })
      },
    },
    async onPeerEvent(event) {
      if (event.origin !== origin) return
      if (event.what === 'broken stream') brokenStreams.remember(event.model)
      else if (event.what === 'refresh') await catalog.refresh().catch(() => {})
      else if (event.what === 'failed') {
        failing = true
        pretend((permit) => permit.fail(new ProxyError(event.error)))
      } else {
        failing = false
        pretend((permit) => permit.succeed())
      }
    },
  }
}
