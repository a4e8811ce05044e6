import { memoize } from '../../memoize.ts'

/** What a model behind ARGO takes and how it wants it. */
export interface Quirks {
  /** The role that instructions are sent in; `user` where a model refuses system messages. */
  instructions: 'system' | 'user'
  /** The name of the limit of the answer's length. */
  limit: 'max_tokens' | 'max_completion_tokens'
  /** Sent where the client gave no limit and the model demands one. */
  defaultLimit?: number
  /** The highest limit of a complete call. */
  completeLimit?: number
  /** A complete call would fail when it takes long: the stream is asked instead and put together. */
  streamsAlways: boolean
  /** Fields that the model answers with 400, or does not know: left out. */
  refuses: readonly OptionalField[]
  /** `temperature` and `top_p` only one at a time. */
  oneSampler: boolean
  /** Whether content may hold images. */
  images: boolean
  /** Several tool calls of one turn are refused: call, result, call, result. */
  callsOneByOne: boolean
}

/** Fields of the body that steer the sampling. */
export type OptionalField =
  | 'temperature'
  | 'top_p'
  | 'presence_penalty'
  | 'frequency_penalty'
  | 'stop'
  | 'reasoning_effort'

const ordinary: Quirks = {
  instructions: 'system',
  limit: 'max_tokens',
  streamsAlways: false,
  refuses: ['reasoning_effort'],
  oneSampler: false,
  images: true,
  callsOneByOne: false,
}

const samplers: readonly OptionalField[] = ['temperature', 'top_p']
const penalties: readonly OptionalField[] = ['presence_penalty', 'frequency_penalty']

/** By internal id. Every row that fits is applied, later rows over earlier ones. */
const table: readonly (readonly [RegExp, Partial<Quirks>])[] = [
  [/^gpt(?:35|4$|4large)/, { images: false }],
  // Reasoning models: the default temperature only (400 otherwise), no penalties, no stop sequences.
  [/^gpt(?:o\d|5)/, { limit: 'max_completion_tokens', refuses: [...samplers, ...penalties, 'stop'] }],
  [
    /^gpto(?:1preview|1mini)/,
    { instructions: 'user', refuses: [...samplers, ...penalties, 'stop', 'reasoning_effort'] },
  ],
  [/^gpto(?:1preview|1mini|3mini)/, { images: false }],
  [/^gemini/, { refuses: [...penalties, 'reasoning_effort'], callsOneByOne: true }],
  // The stream has no finish reason, so that an answer cut at a low limit would look complete: the default is high.
  [
    /^claude/,
    {
      defaultLimit: 32_000,
      completeLimit: 21_000,
      streamsAlways: true,
      refuses: [...penalties, 'reasoning_effort'],
    },
  ],
  [/^claude[a-z]*3/, { defaultLimit: 8_192 }],
  // 4.5 and 4.6 refuse both samplers together ("cannot both be specified"); 4 and 4.1 take them.
  [/^claude[a-z]*4[56]/, { oneSampler: true }],
  // From 4.7 on every sampler is refused ("deprecated for this model").
  [/^claude[a-z]*(?:4[7-9]|[5-9])/, { refuses: [...samplers, ...penalties, 'reasoning_effort'] }],
]

/** Characters of model ids up to which their quirks are kept. */
const keptCharacters = 4 * 1024

/** The quirks of a model by its internal id. */
export const quirksOf = memoize(keptCharacters, (internal) => {
  let quirks = ordinary
  for (const [pattern, row] of table) if (pattern.test(internal)) quirks = { ...quirks, ...row }
  return quirks
})
