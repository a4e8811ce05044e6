import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from 'ai'
import type { AnswerRecorder } from './recorded-answers.ts'

interface ModelOptions {
  baseURL: string
  model: string
  recorder: AnswerRecorder
}

/** The AI SDK's three ways to OpenAI's API. */
export const aiSdkModels: readonly { name: string; create(options: ModelOptions): LanguageModel }[] = [
  {
    name: '@ai-sdk/openai, chat',
    create: ({ model, ...options }) => createOpenAI(settings(options)).chat(model),
  },
  {
    name: '@ai-sdk/openai, responses',
    create: ({ model, ...options }) => createOpenAI(settings(options)).responses(model),
  },
  {
    name: '@ai-sdk/openai-compatible',
    create: ({ model, ...options }) =>
      createOpenAICompatible({
        ...settings(options),
        name: 'argo',
        includeUsage: true,
        supportsStructuredOutputs: true,
      }).chatModel(model),
  },
]

function settings({ baseURL, recorder }: Omit<ModelOptions, 'model'>) {
  return { baseURL, apiKey: 'none', fetch: recorder.listenTo(fetch) }
}
