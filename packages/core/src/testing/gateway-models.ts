/** A chat model or an embedding model of the embedded gateway. */
export interface GatewayModel {
  /** The id that the resource endpoints take. */
  internal: string
  /** The name that the model list shows. */
  display: string
  owner: 'openai' | 'anthropic' | 'google'
  /** Length of its vectors; absent for a chat model. */
  dimensions?: number
}

/** What the embedded gateway serves: some of each vendor, as the real one lists them. */
export const gatewayModels: readonly GatewayModel[] = [
  { internal: 'gpt35', display: 'GPT-3.5 Turbo', owner: 'openai' },
  { internal: 'gpt4o', display: 'GPT-4o', owner: 'openai' },
  { internal: 'gpt4olatest', display: 'GPT-4o Latest', owner: 'openai' },
  { internal: 'gpt41', display: 'GPT-4.1', owner: 'openai' },
  { internal: 'gpt41mini', display: 'GPT-4.1 Mini', owner: 'openai' },
  { internal: 'gpt41nano', display: 'GPT-4.1 Nano', owner: 'openai' },
  { internal: 'gpt5', display: 'GPT-5', owner: 'openai' },
  { internal: 'gpt5mini', display: 'GPT-5 Mini', owner: 'openai' },
  { internal: 'gpto1', display: 'o1', owner: 'openai' },
  { internal: 'gpto1preview', display: 'o1 preview', owner: 'openai' },
  { internal: 'gpto3', display: 'o3', owner: 'openai' },
  { internal: 'gpto3mini', display: 'o3 mini', owner: 'openai' },
  { internal: 'gpto4mini', display: 'o4 mini', owner: 'openai' },
  { internal: 'gemini25pro', display: 'Gemini 2.5 Pro', owner: 'google' },
  { internal: 'gemini25flash', display: 'Gemini 2.5 Flash', owner: 'google' },
  { internal: 'claudeopus4', display: 'Claude Opus 4', owner: 'anthropic' },
  { internal: 'claudeopus45', display: 'Claude Opus 4.5', owner: 'anthropic' },
  { internal: 'claudesonnet4', display: 'Claude Sonnet 4', owner: 'anthropic' },
  { internal: 'claudesonnet45', display: 'Claude Sonnet 4.5', owner: 'anthropic' },
  { internal: 'claudehaiku45', display: 'Claude Haiku 4.5', owner: 'anthropic' },
  { internal: 'ada002', display: 'Text Embedding Ada 002', owner: 'openai', dimensions: 1536 },
  { internal: 'v3small', display: 'Text Embedding 3 Small', owner: 'openai', dimensions: 1536 },
  { internal: 'v3large', display: 'Text Embedding 3 Large', owner: 'openai', dimensions: 3072 },
]
