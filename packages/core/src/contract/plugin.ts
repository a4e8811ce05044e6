import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { EventStep, Step } from './event.ts'
import type { Exchange, Logger, UpstreamCallKind, UpstreamTraits } from './exchange.ts'
import type { ChatRequest } from './request.ts'

/** A Transform stream: Node's own, through2's, or any with the same face. */
export interface TransformStream {
  write(value: unknown): boolean
  end(): unknown
  on(event: string, listener: (value: unknown) => void): unknown
  pause(): unknown
  resume(): unknown
  destroy(error?: Error): unknown
}

/**
 * Where a stage stands: on the upstream's bytes before they are decoded, on typed events, or on the bytes for the client.
 */
export type Slot = 'upstream-bytes' | 'events' | 'client-bytes'

interface StagePlace {
  /** What `explain` calls it; the plugin's name where absent. */
  name?: string
  /** Before or after the stages that say nothing; otherwise the order of the configuration. */
  order?: 'pre' | 'post'
  /** `false`: the stage is not built for this exchange and costs nothing. */
  when?(exchange: Exchange): boolean
}

/** A stage that brings its own Transform stream, fresh for every exchange: for work that waits. */
export interface StreamStage extends StagePlace {
  slot: Slot
  create(exchange: Exchange): TransformStream
}

/** A stage of typed events that never waits: a function call for each event, and no stream. */
export interface EventStage extends StagePlace {
  slot: 'events'
  step(exchange: Exchange): EventStep
}

/** A stage of bytes that never waits. */
export interface ByteStage extends StagePlace {
  slot: 'upstream-bytes' | 'client-bytes'
  step(exchange: Exchange): Step<Buffer, Buffer>
}

export type Stage = StreamStage | EventStage | ByteStage

/**
 * One end of a mode's bracket: a step where it never waits, a Transform stream where it does, or the passthrough, which
 * lets the bytes of an upstream that speaks the client's format pass untouched.
 */
export type BracketPiece =
  | 'passthrough'
  | { step(exchange: Exchange): EventStep }
  | { create(exchange: Exchange): TransformStream }

/** How an answer is streamed: which upstream call, and a bracket around the event stages. */
export interface StreamMode {
  upstream: UpstreamCallKind
  /** Before the stages. */
  gather?: BracketPiece
  /** After the stages. */
  pace?: BracketPiece
}

/** A plugin's wish for a stream mode. Two different `force`s are an error that quotes both reasons. */
export interface Vote {
  mode: string
  /** Quoted in the log, in `explain` and in the conflict's error. */
  because: string
  force?: boolean
}

/** What the plugins may know when they vote and rewrite. */
export interface RequestContext {
  readonly upstream: UpstreamTraits
  readonly log: Logger
}

/** What a plugin gives to the proxy. All of it optional. */
export interface Contribution {
  modes?: Record<string, StreamMode>
  stages?: readonly Stage[]
  vote?(request: ChatRequest, context: RequestContext): Vote | undefined
  /** Changes the request before it is sent upstream. Throw a ProxyError to refuse it. */
  rewrite?(request: ChatRequest, context: RequestContext): ChatRequest | Promise<ChatRequest>
  /** Called once, in reverse order, when the proxy stops or the configuration changes. */
  close?(): void | Promise<void>
}

export interface PluginContext {
  readonly log: Logger
  readonly upstream: UpstreamTraits
}

export interface Plugin<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /** As in npm: the name that faults are blamed on. */
  name: string
  /** The version of this contract. */
  apiVersion: 1
  needs?: { modes?: readonly string[] }
  /** Validates the options of the configuration: zod, valibot, arktype, anything of Standard Schema. */
  options?: Schema
  setup(context: PluginContext, options: StandardSchemaV1.InferOutput<Schema>): Contribution | Promise<Contribution>
}

/** Gives a plugin its types; returns it as it is. */
export function definePlugin<Schema extends StandardSchemaV1>(plugin: Plugin<Schema>): Plugin<Schema> {
  return plugin
}
