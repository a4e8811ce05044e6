import OpenAI from 'openai'

/** The SDK's class for a status. */
export function errorClassOf(status: number) {
  switch (status) {
    case 400:
      return OpenAI.BadRequestError
    case 401:
      return OpenAI.AuthenticationError
    case 403:
      return OpenAI.PermissionDeniedError
    case 404:
      return OpenAI.NotFoundError
    case 409:
      return OpenAI.ConflictError
    case 422:
      return OpenAI.UnprocessableEntityError
    case 429:
      return OpenAI.RateLimitError
    default:
      // The SDK has no class of its own for the others below 500.
      return status >= 500 ? OpenAI.InternalServerError : OpenAI.APIError
  }
}

/** What a call says, and to which model. */
export interface Said {
  model: string
  text: string
}

/** Each of the SDK's calls whose answer is the upstream's, and a model that answers it. */
export const sdkCalls = [
  {
    name: 'chat',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: text }] }),
  },
  {
    name: 'chat, streamed',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: text }], stream: true }),
  },
  {
    name: 'a completion',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.completions.create({ model, prompt: text }),
  },
  {
    name: 'a completion, streamed',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.completions.create({ model, prompt: text, stream: true }),
  },
  {
    name: 'a response',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> => client.responses.create({ model, input: text }),
  },
  {
    name: 'a response, streamed',
    model: 'gpt-4o',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.responses.create({ model, input: text, stream: true }),
  },
  {
    name: 'embeddings',
    model: 'text-embedding-3-small',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.embeddings.create({ model, input: text, encoding_format: 'float' }),
  },
] as const
