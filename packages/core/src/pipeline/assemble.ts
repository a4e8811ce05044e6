import type { Encoder } from '../contract/endpoint.ts'
import type { ProxyError } from '../contract/error.ts'
import type { Exchange, UpstreamCallKind } from '../contract/exchange.ts'
import type { BracketPiece, StreamMode } from '../contract/plugin.ts'
import type { AnswerCall } from '../contract/upstream.ts'
import { blame } from '../plugins/blame.ts'
import type { Decision, OwnedStage, PluginHost } from '../plugins/host.ts'
import { wholeBody, wholeEvents } from './byte-lane.ts'
import type { CallEnd } from './call-end.ts'
import { choiceCount } from './choice-count.ts'
import { ending } from './ending.ts'
import { holdPartialEvents } from './event-boundary.ts'
import { merge } from './merge.ts'
import { corePiece, type Piece } from './piece.ts'
import { pluginPiece } from './plugin-piece.ts'
import { continueAfter, recordSent, type SentAnswer } from './resume.ts'
import { stopSequences } from './stop-sequences.ts'
import { usageEstimate } from './usage-estimate.ts'
import { judge, type Verdict } from './verdict.ts'

/** What decides the pipeline of one exchange. */
export interface Plan {
  exchange: Exchange
  encode(): Encoder
  /** The client's form says something that only its encoder can answer. */
  translated: boolean
  decision: Decision
  /** The upstream's call; a client that wants no stream is answered from the complete one. */
  kind: UpstreamCallKind
  calls: readonly AnswerCall[]
  host: PluginHost
  verdict: Verdict
  /** Where the answer may have to be continued by another one: notes what the client has got. */
  sent?: SentAnswer
  /** The answer that broke off, and why, where this one is to continue it. */
  resumes?: { sent: SentAnswer; error: ProxyError }
}

/** The pieces of an exchange: `upstream` once for each of its calls, `client` once. */
export interface Pipeline {
  lane: 'bytes' | 'events'
  upstream(call: AnswerCall, end: CallEnd): Piece[]
  client: Piece[]
}

/**
 * THE array: every piece that an answer flows through, in order, from the upstream's bytes to the client's. What is not
 * active is not in it.
 */
export function assemble(plan: Plan): Pipeline {
  const { exchange, decision, calls, verdict, sent, resumes } = plan
  const { stream, model, stop } = exchange.request
  const { original } = exchange
  const { gather, pace } = stream ? decision.definition : noBracket

  const upstreamBytes = stages(plan, 'upstream-bytes')
  const events = stages(plan, 'events')
  const clientBytes = stages(plan, 'client-bytes')

  if (bytesMayPass(plan) && upstreamBytes.length + events.length + clientBytes.length === 0) {
    return {
      lane: 'bytes',
      upstream: (call, end) => {
        const lane = { end, verdict, decode: () => call.decode() }
        return [
          plan.kind === 'stream'
            ? corePiece('decode', 'whole-events', () => wholeEvents(lane))
            : corePiece('decode', 'whole-body', () => wholeBody(lane)),
        ]
      },
      client: [],
    }
  }

  return {
    lane: 'events',
    upstream: (call, end) => [...upstreamBytes, ...decoding(call, end, model)],
    client: [
      ...fillingGaps(exchange, calls.length),
      ...bracketPiece('gather', gather, plan),
      ...events,
      ...(stop ? [] : stopping(original.stop)),
      ...(resumes ? [corePiece('events', 'resume', () => continueAfter(resumes.sent, resumes.error))] : []),
      ...bracketPiece('pace', pace, plan),
      ...(sent ? [corePiece('events', 'sent', () => recordSent(sent))] : []),
      corePiece('events', 'verdict', () => judge(verdict)),
      corePiece('encode', 'encode', () => plan.encode()),
      ...(clientBytes.length > 0 ? [corePiece('client-bytes', 'to-bytes', toBytes), ...clientBytes] : []),
      ...(clientBytes.length > 0 && stream ? [corePiece('client-bytes', 'whole-events', holdPartialEvents)] : []),
    ],
  }
}

/** For stop sequences that a plugin has kept from the upstream, whose text they would have cut before the plugin read it. */
function stopping(stop: readonly string[] | undefined): Piece[] {
  return stop ? [corePiece('events', 'stop-sequences', () => stopSequences(stop))] : []
}

/** The same for one more complete answer, which a plugin asks for beside that of the exchange: up to where plugins come. */
export function assembleAside(
  exchange: Pick<Exchange, 'endpoint' | 'request' | 'upstream'>,
  calls: readonly AnswerCall[],
): Pick<Pipeline, 'upstream' | 'client'> {
  return {
    upstream: (call, end) => decoding(call, end, exchange.request.model),
    client: fillingGaps(exchange, calls.length),
  }
}

function decoding(call: AnswerCall, end: CallEnd, model: string): Piece[] {
  return [
    corePiece('decode', 'decode', () => call.decode()),
    corePiece('decode', 'ending', () => ending(end, call.firstChoice, model)),
  ]
}

/** What the upstream leaves to the proxy: to make one answer of several calls, to stop at a sequence, to count tokens. */
function fillingGaps(exchange: Pick<Exchange, 'endpoint' | 'request' | 'upstream'>, calls: number): Piece[] {
  const { request, upstream } = exchange
  const { stop } = request
  return [
    ...(calls > 1 ? [corePiece('events', 'merge', () => merge(calls))] : []),
    ...(stop && !upstream.nativeStop
      ? [corePiece('events', 'stop-sequences', () => stopSequences(stop, choiceCount(request)))]
      : []),
    ...(wantsEstimate(exchange) ? [corePiece('events', 'usage-estimate', () => usageEstimate(request))] : []),
  ]
}

/**
 * The client's format is the upstream's, one call makes the answer, and the mode changes nothing about it. Whether a stream
 * of several choices is whole, only its events tell.
 */
function bytesMayPass({ exchange, decision, calls, kind, translated, sent }: Plan): boolean {
  const [call] = calls
  const { stream } = exchange.request
  const { gather, pace } = decision.definition
  const isOneStream = kind === 'stream' && choiceCount(exchange.request) === 1
  const untouched = !stream || (isOneStream && !gather && isPassthrough(pace))
  return !translated && !sent && calls.length === 1 && call?.format === exchange.endpoint && untouched
}

/** The client is told token counts, and the upstream does not say them. */
export function wantsEstimate({
  endpoint,
  request,
  upstream,
}: Pick<Exchange, 'endpoint' | 'request' | 'upstream'>): boolean {
  return !upstream.nativeUsage && (!request.stream || request.includeUsage || endpoint === 'responses')
}

function isPassthrough(pace: BracketPiece | undefined): boolean {
  return pace === undefined || pace === 'passthrough'
}

function stages({ host, exchange }: Plan, slot: 'upstream-bytes' | 'events' | 'client-bytes'): Piece[] {
  return host
    .stages(slot)
    .filter((owned) => isActive(owned, exchange))
    .map((owned) => stagePiece(owned, exchange))
}

function isActive({ owner, stage }: OwnedStage, exchange: Exchange): boolean {
  try {
    return stage.when?.(exchange) ?? true
  } catch (thrown) {
    throw blame({ owner, name: stage.name ?? owner, where: `${stage.slot}: when` }, thrown)
  }
}

function stagePiece({ owner, stage }: OwnedStage, exchange: Exchange): Piece {
  return pluginPiece({ name: stage.name ?? owner, owner, slot: stage.slot }, stage, exchange)
}

function bracketPiece(slot: 'gather' | 'pace', piece: BracketPiece | undefined, { decision, exchange }: Plan): Piece[] {
  if (piece === undefined) return []
  const { mode, owner } = decision
  if (piece === 'passthrough')
    return [{ name: `${mode} passthrough`, owner, slot, build: () => ({ step: passthrough }) }]
  return [pluginPiece({ name: `${mode} ${slot}`, owner, slot }, piece, exchange)]
}

const noBracket: Pick<StreamMode, 'gather' | 'pace'> = {}

const passthrough = { write: (value: unknown, emit: (value: unknown) => void) => emit(value) }

function toBytes(): { write(text: string, emit: (bytes: Buffer) => void): void } {
  return { write: (text, emit) => emit(Buffer.from(text)) }
}
