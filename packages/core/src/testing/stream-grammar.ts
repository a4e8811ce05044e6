export {
  type ChatChoiceSummary,
  type ChatStreamSummary,
  checkChatStream,
  type StreamedToolCall,
} from './grammar/chat-stream.ts'
export type { StreamUsage } from './grammar/chunk-stream.ts'
export {
  type CompletionChoiceSummary,
  type CompletionStreamSummary,
  checkCompletionStream,
} from './grammar/completion-stream.ts'
export { checkResponsesStream, type ResponseStreamSummary } from './grammar/response-stream.ts'
export { StreamGrammarError } from './grammar/violation.ts'
