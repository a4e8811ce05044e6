/** JSON Schema, as the client sent it. */
export type JsonSchema = Record<string, unknown>

/** `extra`, here and below: fields that this contract does not know, in the form of Chat Completions. */
export type ContentPart =
  | { type: 'text'; text: string; extra?: Record<string, unknown> }
  | { type: 'refusal'; refusal: string }
  /** `url` is an http(s) or a data URL. */
  | { type: 'image'; url: string; detail?: string; extra?: Record<string, unknown> }
  /** Audio, files and what is not known here, in the form of Chat Completions. */
  | { type: 'other'; value: Record<string, unknown> }

export type Content = string | ContentPart[]

/** A call that the model made earlier in the conversation. `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
  extra?: Record<string, unknown>
}

interface MessageBase {
  name?: string
  /** Fields of the message that this contract does not know, in the form of Chat Completions. */
  extra?: Record<string, unknown>
}

export interface SystemMessage extends MessageBase {
  role: 'system' | 'developer'
  content: Content
}
export interface UserMessage extends MessageBase {
  role: 'user'
  content: Content
}
export interface AssistantMessage extends MessageBase {
  role: 'assistant'
  /** `null` where the message is tool calls alone. */
  content: Content | null
  refusal?: string
  reasoning?: string
  toolCalls?: ToolCall[]
}
export interface ToolMessage extends MessageBase {
  role: 'tool'
  toolCallId: string
  content: Content
}
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

/** A function that the model may call. `parameters` is absent where the client declared none. */
export interface Tool {
  name: string
  description?: string
  parameters?: JsonSchema
  strict?: boolean
  extra?: Record<string, unknown>
}

export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  | { type: 'tool'; name: string }
  | { type: 'allowed'; mode: 'auto' | 'required'; names: string[] }

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json-object' }
  | { type: 'json-schema'; name: string; schema: JsonSchema; strict?: boolean; description?: string }

/** A legacy prompt: a text, or the tokens of one. */
export type Prompt = string | number[]

/**
 * What a client asks for, whatever the endpoint. Immutable: a plugin's `rewrite` returns a new one.
 *
 * A legacy completion carries its `prompts` and, as `messages`, the same text as a user's message.
 */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly prompts?: readonly Prompt[]
  /** The client wants the answer as a stream. */
  readonly stream: boolean
  /** The client wants token counts in its stream. */
  readonly includeUsage: boolean
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly responseFormat?: ResponseFormat
  readonly maxOutputTokens?: number
  /** The name that a client of Chat Completions gave that limit: servers know one of the two, or refuse one. */
  readonly limitName?: 'max_tokens' | 'max_completion_tokens'
  readonly temperature?: number
  readonly topP?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly seed?: number
  readonly stop?: readonly string[]
  /** How many choices; 1 where absent. */
  readonly n?: number
  /** `true` where the client wants log probabilities; `top` as in `top_logprobs`. */
  readonly logprobs?: { top?: number }
  readonly reasoningEffort?: string
  readonly user?: string
  /** Fields that this contract does not know, in the form of the endpoint that was asked. */
  readonly extra: Readonly<Record<string, unknown>>
}
