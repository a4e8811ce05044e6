import type OpenAI from 'openai'
import type { AnswerRecorder } from './recorded-answers.ts'

/** The packages of the official SDK's majors. */
export const majors = ['openai-4', 'openai-5', 'openai-6', 'openai'] as const

/** One major of the SDK. Its types are those of the newest: what is used here, all have. */
export interface Sdk {
  client: OpenAI
  /** Where `stream`, `runTools` and `parse` are: major 4 had them under `beta`. */
  helpers: OpenAI['chat']['completions']
  /** The class, with its errors. */
  errors: typeof OpenAI
}

/** A client of this major, with its own transport, which the recorder listens to. */
export async function connectSdk(name: string, baseURL: string, recorder: AnswerRecorder): Promise<Sdk> {
  const { default: SdkOfMajor } = await import(name)
  const client = new SdkOfMajor({ baseURL, apiKey: 'none', maxRetries: 0 })
  client.fetch = recorder.listenTo(client.fetch)
  return {
    client,
    helpers: name === 'openai-4' ? client.beta.chat.completions : client.chat.completions,
    errors: SdkOfMajor,
  }
}
