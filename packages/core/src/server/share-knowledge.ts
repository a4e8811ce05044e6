import { ProxyError } from '../contract/error.ts'
import type { BrokenStreams } from './broken-streams.ts'
import type { Circuit, Passage } from './circuit.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { News, Peers } from './peers.ts'

/** What a process knows of its upstream. */
export interface Knowledge {
  circuit: Circuit
  brokenStreams: BrokenStreams
}

export interface SharedKnowledge extends Knowledge {
  /** Takes over what another process has learnt. */
  hear(news: News): Promise<void>
}

/** The same knowledge; what is new in it is told to the others, once. */
export function shareKnowledge(
  { circuit, brokenStreams }: Knowledge,
  { origin, catalog, peers }: { origin: string; catalog: Pick<ModelCatalog, 'refresh'>; peers: Pick<Peers, 'tell'> },
): SharedKnowledge {
  /** Whether a call has failed and none was answered since, here or elsewhere. Success is news only then. */
  let failing = false

  function told(passage: Passage): Passage {
    let settled = false
    return {
      succeed() {
        if (settled) return
        settled = true
        passage.succeed()
        if (!failing) return
        failing = false
        void peers.tell({ what: 'answered', origin })
      },
      fail(error) {
        if (settled) return
        settled = true
        passage.fail(error)
        failing = true
        const { code, status, type, message } = error
        if (circuit.state !== 'open')
          void peers.tell({ what: 'failed', origin, error: { code, status, type, message } })
      },
      leave() {
        if (settled) return
        settled = true
        passage.leave()
      },
    }
  }

  /** As if a call of here had gone so. While the circuit is open there is no passage, and nothing to learn. */
  function pretend(outcome: (passage: Passage) => void): void {
    const passage = circuit.enter()
    if (!(passage instanceof ProxyError)) outcome(passage)
  }

  return {
    circuit: {
      get state() {
        return circuit.state
      },
      enter() {
        const passage = circuit.enter()
        return passage instanceof ProxyError || circuit.state === 'off' ? passage : told(passage)
      },
    },
    brokenStreams: {
      ...brokenStreams,
      remember(model) {
        brokenStreams.remember(model)
        void peers.tell({ what: 'broken stream', origin, model })
      },
    },
    async hear(news) {
      if (news.origin !== origin) return
      if (news.what === 'broken stream') brokenStreams.remember(news.model)
      else if (news.what === 'refresh') await catalog.refresh().catch(() => {})
      else if (news.what === 'failed') {
        failing = true
        pretend((passage) => passage.fail(new ProxyError(news.error)))
      } else {
        failing = false
        pretend((passage) => passage.succeed())
      }
    },
  }
}
