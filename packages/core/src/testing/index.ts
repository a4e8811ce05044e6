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
  type TestAnswer,
} from './fake-exchange.ts'
export { optionFaults, type PluginRun, type PluginTest, runPlugin, textOf } from './plugin-tester.ts'
export { runBytes, runEvents } from './run-piece.ts'
