import type { ProxyError } from '../contract/error.ts'
import type { StreamEvent } from '../contract/event.ts'
import type { Contribution, Plugin, Slot, Stage, Vote } from '../contract/plugin.ts'
import type { ChatRequest } from '../contract/request.ts'
import { contributionFaults, isContribution, isRequest, isVote, pluginFaults } from '../plugins/shape.ts'
import { checkEventGrammar } from './event-grammar.ts'
import {
  eventsOf,
  type FakeExchange,
  type FakeExchangeOptions,
  fakeExchange,
  fakeRequest,
  fakeUpstream,
  type LogRecord,
  recordingLogger,
  type TestAnswer,
} from './fake-exchange.ts'
import { runBytes, runEvents } from './run-piece.ts'

type ByteSlot = Exclude<Slot, 'events'>

/** One client's request and its answer, to be sent through one plugin. */
export interface PluginTest extends Omit<FakeExchangeOptions, 'original' | 'logged'> {
  /** As they stand in the configuration. */
  options?: unknown
  /** What the upstream answers: a text, a text in pieces, or the events of the whole answer. */
  answer?: TestAnswer
  /** Chunks for the plugin's stages of bytes. */
  bytes?: Partial<Record<ByteSlot, Iterable<string | Uint8Array>>>
  /** The stream mode; else what the plugin votes for, else the first that it offers. */
  mode?: string
}

/** What the plugin made of it. */
export interface PluginRun {
  contribution: Contribution
  vote: Vote | undefined
  /** The request after the plugin's `rewrite`. */
  request: ChatRequest
  /** What the client's encoder would get. */
  events: StreamEvent[]
  /** The joined text of the first choice. */
  text: string
  /** The answer's error, where it ends in one. */
  error: ProxyError | undefined
  /** What came out of the stages of bytes. */
  bytes: Record<ByteSlot, Buffer>
  /** Holds the headers that were set, what was logged and what was asked. */
  exchange: FakeExchange
}

/**
 * Runs one plugin by itself, as the proxy does: options, setup, vote, rewrite, then the answer through its bracket and
 * its active stages, then close. Works in any test runner.
 *
 * Rejects with what the plugin throws, and for what the proxy refuses: an object that is no plugin, options that do not
 * fit its schema, a contribution, vote or request of the wrong shape. Also where the events that go in or come out break
 * the grammar of `StreamEvent`.
 */
export async function runPlugin(plugin: Plugin, test: PluginTest = {}): Promise<PluginRun> {
  const logged: LogRecord[] = []
  const context = { upstream: fakeUpstream(test.upstream), log: recordingLogger(logged) }
  const { name } = plugin
  const faults = pluginFaults(plugin)
  if (faults.length > 0) throw refusal(`${name} is not a plugin`, faults)
  const contribution: unknown = await plugin.setup(context, await validOptions(plugin, test.options))
  if (!isContribution(contribution)) {
    throw refusal(`Plugin ${name} contributes something wrong`, contributionFaults(contribution))
  }
  try {
    const original = fakeRequest(test.request)
    const vote = checkedVote(name, contribution.vote?.(original, context))
    const request: unknown = contribution.rewrite ? await contribution.rewrite(original, context) : original
    if (!isRequest(request))
      throw new Error(`The rewrite of plugin ${name} gave no request: it returns one, changed or not.`)
    const mode = test.mode ?? vote?.mode ?? Object.keys(contribution.modes ?? {})[0] ?? 'real'
    const exchange = fakeExchange({ ...test, request, original, mode, logged })
    const events = await runAnswer(name, contribution, exchange, eventsOf(test.answer ?? 'Hello, world!'))
    const bytes = {
      'upstream-bytes': await runChunks(contribution, exchange, 'upstream-bytes', test.bytes),
      'client-bytes': await runChunks(contribution, exchange, 'client-bytes', test.bytes),
    }
    return { contribution, vote, request, events, text: textOf(events), error: errorOf(events), bytes, exchange }
  } finally {
    await contribution.close?.()
  }
}

async function runAnswer(
  name: string,
  contribution: Contribution,
  exchange: FakeExchange,
  answer: StreamEvent[],
): Promise<StreamEvent[]> {
  // A client that wants no stream is answered without the bracket.
  const { gather, pace } = exchange.request.stream ? (contribution.modes?.[exchange.mode] ?? {}) : {}
  const pieces = [gather, ...activeStages(contribution, exchange, 'events'), pace]
  checkGrammar('the answer that the test gives', answer)
  let events = answer
  for (const piece of pieces) if (piece !== undefined) events = await runEvents(piece, events, exchange)
  checkGrammar(`the answer that ${name} makes`, events)
  return events
}

async function runChunks(
  contribution: Contribution,
  exchange: FakeExchange,
  slot: ByteSlot,
  bytes: PluginTest['bytes'] = {},
): Promise<Buffer> {
  let chunks: Buffer[] = Array.from(bytes[slot] ?? [], (chunk) => Buffer.from(chunk))
  for (const stage of activeStages(contribution, exchange, slot)) chunks = [await runBytes(stage, chunks, exchange)]
  return Buffer.concat(chunks)
}

function checkedVote(name: string, vote: unknown): Vote | undefined {
  if (vote === undefined || vote === null) return undefined
  if (isVote(vote)) return vote
  throw new Error(`The vote of plugin ${name} is neither undefined nor { mode, because }; a promise is none.`)
}

/** What is wrong with options, one line each as `path: message`; none where the plugin takes them. */
export async function optionFaults(plugin: Plugin, options: unknown): Promise<string[]> {
  if (!plugin.options) return isNone(options) ? [] : ['it takes no options']
  const result = await plugin.options['~standard'].validate(options ?? {})
  return (result.issues ?? []).map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
    return keys.length > 0 ? `${keys.join('.')}: ${message}` : message
  })
}

/** An empty mapping says nothing either. */
function isNone(options: unknown): boolean {
  return options === undefined || (typeof options === 'object' && Object.keys(options ?? { a: 0 }).length === 0)
}

/** The joined text of one choice. */
export function textOf(events: Iterable<StreamEvent>, choice = 0): string {
  let text = ''
  for (const event of events) if (event.type === 'text-delta' && event.choice === choice) text += event.delta
  return text
}

async function validOptions(plugin: Plugin, options: unknown): Promise<unknown> {
  if (plugin.options === undefined) {
    if (options === undefined) return {}
    throw new Error(`Plugin ${plugin.name} takes no options.`)
  }
  const result = await plugin.options['~standard'].validate(options ?? {})
  if (!result.issues) return result.value
  throw refusal(`Plugin ${plugin.name} refuses the options`, await optionFaults(plugin, options))
}

function refusal(what: string, faults: readonly string[]): Error {
  return new Error(`${what}: ${faults.join('; ')}.`)
}

/** In the order of the pipeline. */
function activeStages({ stages = [] }: Contribution, exchange: FakeExchange, slot: Slot): Stage[] {
  const rank = { pre: 0, none: 1, post: 2 }
  return stages
    .filter((stage) => stage.slot === slot && (stage.when?.(exchange) ?? true))
    .sort((a, b) => rank[a.order ?? 'none'] - rank[b.order ?? 'none'])
}

function errorOf(events: readonly StreamEvent[]): ProxyError | undefined {
  const last = events.at(-1)
  return last?.type === 'error' ? last.error : undefined
}

function checkGrammar(whose: string, events: readonly StreamEvent[]): void {
  try {
    checkEventGrammar(events)
  } catch (error) {
    throw new Error(`In ${whose}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
