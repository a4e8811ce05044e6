import type { Logger, UpstreamTraits } from '../contract/exchange.ts'
import type { Contribution, Slot, Stage, StreamMode, Vote } from '../contract/plugin.ts'
import type { ChatRequest } from '../contract/request.ts'
import { proxyError } from '../errors.ts'
import { withTimeLimit } from '../within.ts'
import { blame } from './blame.ts'
import { isRequest, isVote } from './shape.ts'

/** A plugin that has been set up. */
export interface LoadedPlugin {
  name: string
  contribution: Contribution
}

export interface OwnedStage {
  owner: string
  stage: Stage
}

export interface Decision {
  mode: string
  because: string
  /** The plugin that offers the mode. */
  owner: string
  definition: StreamMode
}

/** Everything that the loaded plugins contribute, sorted once. */
export interface PluginHost {
  readonly plugins: readonly LoadedPlugin[]
  readonly modes: ReadonlyMap<string, { owner: string; definition: StreamMode }>
  stages(slot: Slot): readonly OwnedStage[]
  /** A plugin's force, then the request's own preference, then a plugin's wish, then the configuration's default. */
  decide(request: ChatRequest, upstream: UpstreamTraits, preference?: string): Decision
  /** Every plugin's `rewrite`, in order. */
  rewrite(request: ChatRequest, upstream: UpstreamTraits): Promise<ChatRequest>
  /** Closes all plugins. */
  close(): Promise<void>
}

export interface HostOptions {
  /** The configuration's stream mode, `real` or `pseudo`, and the words that say so. */
  mode: string
  because: string
  /** Milliseconds for one plugin's `close`; 0 is no limit. */
  closeLimit: number
}

export function createHost(
  plugins: readonly LoadedPlugin[],
  { mode: defaultMode, because: whyDefault, closeLimit }: HostOptions,
  log: Logger,
): PluginHost {
  const modes = new Map<string, { owner: string; definition: StreamMode }>()
  const stages: Record<Slot, OwnedStage[]> = { 'upstream-bytes': [], events: [], 'client-bytes': [] }
  for (const { name, contribution } of plugins) {
    for (const [mode, definition] of Object.entries(contribution.modes ?? {}))
      modes.set(mode, { owner: name, definition })
    for (const stage of contribution.stages ?? []) stages[stage.slot].push({ owner: name, stage })
  }
  for (const slot of Object.values(stages)) slot.sort((a, b) => rank(a.stage) - rank(b.stage))

  function votes(request: ChatRequest, upstream: UpstreamTraits): { owner: string; vote: Vote }[] {
    return plugins.flatMap(({ name, contribution }) => {
      const vote = guarded(name, 'vote', () => checkedVote(contribution.vote?.(request, { upstream, log })))
      return vote ? [{ owner: name, vote }] : []
    })
  }

  function checkedVote(vote: unknown): Vote | undefined {
    if (vote === undefined || vote === null) return undefined
    if (!isVote(vote)) throw new Error('It gave neither undefined nor { mode, because }.')
    if (modes.has(vote.mode)) return vote
    throw new Error(`It wants the stream mode "${vote.mode}", which no loaded plugin offers (offered: ${offered()}).`)
  }

  const offered = (): string => [...modes.keys()].join(', ') || 'none'

  function choose(
    request: ChatRequest,
    upstream: UpstreamTraits,
    preference?: string,
  ): { mode: string; because: string } {
    const all = votes(request, upstream)
    const forced = all.filter(({ vote }) => vote.force)
    const [first] = forced
    if (first) {
      const other = forced.find(({ vote }) => vote.mode !== first.vote.mode)
      if (other) throw conflict(first, other)
      return { mode: first.vote.mode, because: `${first.owner}: ${first.vote.because}` }
    }
    if (preference !== undefined) return { mode: preference, because: 'the request asks for it' }
    const [wish] = all
    if (wish) return { mode: wish.vote.mode, because: `${wish.owner}: ${wish.vote.because}` }
    return { mode: defaultMode, because: whyDefault }
  }

  return {
    plugins,
    modes,
    stages: (slot) => stages[slot],
    decide(request, upstream, preference) {
      const { mode, because } = choose(request, upstream, preference)
      const chosen = modes.get(mode)
      if (!chosen) {
        const message = `No loaded plugin offers the stream mode "${mode}" (offered: ${offered()}).`
        throw proxyError('invalid_value', message)
      }
      return { mode, because, owner: chosen.owner, definition: chosen.definition }
    },
    async rewrite(request, upstream) {
      let rewritten = request
      for (const { name, contribution } of plugins) {
        if (!contribution.rewrite) continue
        try {
          const result: unknown = await contribution.rewrite(rewritten, { upstream, log })
          if (!isRequest(result)) throw new Error('It gave no request: a rewrite returns one, changed or not.')
          rewritten = result
        } catch (thrown) {
          throw blamePlugin(name, 'rewrite', thrown)
        }
      }
      return rewritten
    },
    close: () => closePlugins(plugins, closeLimit, log),
  }
}

/**
 * Every plugin's `close`, in reverse order. One that fails, or takes longer than so many milliseconds, does not keep the
 * others from theirs.
 */
export async function closePlugins(plugins: readonly LoadedPlugin[], limit: number, log: Logger): Promise<void> {
  const late = () => new Error(`It has not ended after ${limit} ms (timeouts.plugin_setup).`)
  for (const { name, contribution } of plugins.toReversed()) {
    try {
      if (contribution.close) await withTimeLimit(limit, Promise.resolve(contribution.close()), late)
    } catch (error) {
      log.error(`plugin "${name}" failed to close`, { error: String(error) })
    }
  }
}

function rank({ order }: Stage): number {
  return order === 'pre' ? -1 : order === 'post' ? 1 : 0
}

function guarded<Result>(owner: string, what: string, action: () => Result): Result {
  try {
    return action()
  } catch (thrown) {
    throw blamePlugin(owner, what, thrown)
  }
}

function blamePlugin(owner: string, what: string, thrown: unknown): Error {
  return blame({ owner, name: owner, where: what }, thrown)
}

function conflict(first: { owner: string; vote: Vote }, other: { owner: string; vote: Vote }): Error {
  const quote = ({ owner, vote }: { owner: string; vote: Vote }) => `${owner} forces "${vote.mode}" (${vote.because})`
  return proxyError(
    'conflicting_stream_modes',
    `Two plugins disagree about the stream mode: ${quote(first)}, ${quote(other)}.`,
  )
}
