import OpenAI from 'openai'

/** The SDK's class for a status. */
export function errorClassOf(status: number): typeof OpenAI.APIError {
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

/** Each of the SDK's calls whose answer is the upstream's. `field` is where its text stands. */
export const sdkCalls = [
  {
    name: 'chat',
    field: 'messages',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: text }] }),
  },
  {
    name: 'chat, streamed',
    field: 'messages',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: text }], stream: true }),
  },
  {
    name: 'a completion',
    field: 'prompt',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> => client.completions.create({ model, prompt: text }),
  },
  {
    name: 'a completion, streamed',
    field: 'prompt',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.completions.create({ model, prompt: text, stream: true }),
  },
  {
    name: 'a response',
    field: 'input',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> => client.responses.create({ model, input: text }),
  },
  {
    name: 'a response, streamed',
    field: 'input',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.responses.create({ model, input: text, stream: true }),
  },
  {
    name: 'embeddings',
    field: 'input',
    call: (client: OpenAI, { model, text }: Said): Promise<unknown> =>
      client.embeddings.create({ model, input: text, encoding_format: 'float' }),
  },
] as const
