import { ChatOpenAI } from '@langchain/openai'
import type { AnswerRecorder } from './recorded-answers.ts'

interface ModelOptions {
  baseURL: string
  model: string
  recorder: AnswerRecorder
}

/** LangChain's two ways to OpenAI's API. */
export const langChainModels = [
  { name: '@langchain/openai, chat', create: (options: ModelOptions) => createModel(options, false) },
  { name: '@langchain/openai, responses', create: (options: ModelOptions) => createModel(options, true) },
]

function createModel({ baseURL, model, recorder }: ModelOptions, useResponsesApi: boolean): ChatOpenAI {
  const configuration = { baseURL, fetch: recorder.listenTo(fetch) }
  return new ChatOpenAI({ model, apiKey: 'none', maxRetries: 0, useResponsesApi, configuration })
}
