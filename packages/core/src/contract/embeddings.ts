/** What a client asks of `POST /v1/embeddings`. `input`: texts, or the tokens of one. */
export interface EmbeddingsRequest {
  model: string
  input: readonly (string | number[])[]
  encodingFormat: 'float' | 'base64'
  dimensions?: number
  user?: string
  extra: Readonly<Record<string, unknown>>
}

/** OpenAI's answer of `POST /v1/embeddings`. */
export interface EmbeddingsAnswer {
  object: 'list'
  data: { object: 'embedding'; index: number; embedding: number[] | string }[]
  model: string
  usage: { prompt_tokens: number; total_tokens: number }
}
