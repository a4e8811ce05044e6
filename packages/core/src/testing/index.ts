export type { Answer } from './answer.ts'
export { type ArgoGateway, type ArgoGatewayOptions, accountNotice, startArgoGateway } from './argo-gateway.ts'
export { checkEventGrammar } from './event-grammar.ts'
export { byByte, everySplit } from './every-split.ts'
export {
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
export {
  type OpenAIMessage,
  type OpenAIServer,
  type OpenAIServerOptions,
  startOpenAIServer,
} from './openai-server.ts'
export { optionFaults, type PluginRun, type PluginTest, runPlugin, textOf } from './plugin-tester.ts'
export type { RecordedRequest } from './recorded-request.ts'
export { runBytes, runEvents } from './run-piece.ts'
export {
  type ChatChoiceSummary,
  type ChatStreamSummary,
  type CompletionChoiceSummary,
  type CompletionStreamSummary,
  checkChatStream,
  checkCompletionStream,
  checkResponsesStream,
  type ResponseStreamSummary,
  type StreamedToolCall,
  StreamGrammarError,
  type StreamUsage,
} from './stream-grammar.ts'
export type { TestServer, TestServerOptions } from './test-server.ts'
