export type { StandardSchemaV1 } from '@standard-schema/spec'
export { defineConfig } from './config/define-config.ts'
export type { ConfigInput } from './config/schema.ts'
export { type ErrorType, ProxyError, type ProxyErrorOptions } from './contract/error.ts'
export type { Emit, EventStep, FinishReason, Step, StreamEvent, Usage } from './contract/event.ts'
export type { Exchange, Logger, ModelFamily, UpstreamCallKind, UpstreamTraits } from './contract/exchange.ts'
export {
  type BracketPiece,
  type ByteStage,
  type Contribution,
  definePlugin,
  type EventStage,
  type Plugin,
  type PluginContext,
  type RequestContext,
  type Slot,
  type Stage,
  type StreamMode,
  type StreamStage,
  type TransformStream,
  type Vote,
} from './contract/plugin.ts'
export type {
  AssistantMessage,
  ChatRequest,
  Content,
  ContentPart,
  JsonSchema,
  Message,
  Prompt,
  ResponseFormat,
  SystemMessage,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  UserMessage,
} from './contract/request.ts'
export { type ErrorCode, proxyError } from './errors.ts'
export { eventTransform } from './pipeline/event-transform.ts'
