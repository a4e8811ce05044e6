/** A model that ARGO is known to serve: its internal id, and the public names without `argo:`. The first is shown. */
export interface KnownModel {
  internal: string
  names: readonly [string, ...string[]]
  embedding?: boolean
}

/** Where the gateway's own list is not known (yet), these names are. Claude's are also found the other way round. */
export const knownModels: readonly KnownModel[] = [
  { internal: 'gpt35', names: ['gpt-3.5-turbo'] },
  { internal: 'gpt35large', names: ['gpt-3.5-turbo-16k'] },
  { internal: 'gpt4', names: ['gpt-4'] },
  { internal: 'gpt4large', names: ['gpt-4-32k'] },
  { internal: 'gpt4turbo', names: ['gpt-4-turbo'] },
  { internal: 'gpt4o', names: ['gpt-4o'] },
  { internal: 'gpt4olatest', names: ['gpt-4o-latest', 'chatgpt-4o-latest'] },
  { internal: 'gpto1preview', names: ['gpt-o1-preview', 'o1-preview'] },
  { internal: 'gpto1mini', names: ['gpt-o1-mini', 'o1-mini'] },
  { internal: 'gpto1', names: ['gpt-o1', 'o1'] },
  { internal: 'gpto3mini', names: ['gpt-o3-mini', 'o3-mini'] },
  { internal: 'gpto3', names: ['gpt-o3', 'o3'] },
  { internal: 'gpto4mini', names: ['gpt-o4-mini', 'o4-mini'] },
  { internal: 'gpt41', names: ['gpt-4.1'] },
  { internal: 'gpt41mini', names: ['gpt-4.1-mini'] },
  { internal: 'gpt41nano', names: ['gpt-4.1-nano'] },
  { internal: 'gpt5', names: ['gpt-5'] },
  { internal: 'gpt5mini', names: ['gpt-5-mini'] },
  { internal: 'gpt5nano', names: ['gpt-5-nano'] },
  { internal: 'gpt55', names: ['gpt-5.5'] },
  { internal: 'gemini25pro', names: ['gemini-2.5-pro'] },
  { internal: 'gemini25flash', names: ['gemini-2.5-flash'] },
  { internal: 'claudeopus47', names: ['claude-opus-4.7', 'claude-4.7-opus'] },
  { internal: 'claudeopus46', names: ['claude-opus-4.6', 'claude-4.6-opus'] },
  { internal: 'claudeopus45', names: ['claude-opus-4.5', 'claude-4.5-opus'] },
  { internal: 'claudeopus41', names: ['claude-opus-4.1', 'claude-4.1-opus'] },
  { internal: 'claudeopus4', names: ['claude-opus-4', 'claude-4-opus'] },
  { internal: 'claudesonnet46', names: ['claude-sonnet-4.6', 'claude-4.6-sonnet'] },
  { internal: 'claudesonnet45', names: ['claude-sonnet-4.5', 'claude-4.5-sonnet'] },
  { internal: 'claudesonnet4', names: ['claude-sonnet-4', 'claude-4-sonnet'] },
  { internal: 'claudesonnet37', names: ['claude-sonnet-3.7', 'claude-3.7-sonnet'] },
  { internal: 'claudesonnet35v2', names: ['claude-sonnet-3.5-v2', 'claude-3.5-sonnet-v2'] },
  { internal: 'claudehaiku45', names: ['claude-haiku-4.5', 'claude-4.5-haiku'] },
  { internal: 'ada002', names: ['text-embedding-ada-002'], embedding: true },
  { internal: 'v3small', names: ['text-embedding-3-small'], embedding: true },
  { internal: 'v3large', names: ['text-embedding-3-large'], embedding: true },
]
