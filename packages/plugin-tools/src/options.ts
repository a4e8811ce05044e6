import { z } from 'argo-proxy/zod'
import type { Dialect } from './parser/dialect.ts'

/** The dialects that are on by default: their markers do not occur in ordinary text. */
export const defaultDialects = [
  'hermes',
  'qwen3-coder',
  'glm',
  'anthropic',
  'anthropic-leak',
  'mistral',
  'llama3',
  'deepseek',
  'kimi',
]

const way = z.enum(['prompted', 'native', 'auto'])
export type Way = z.output<typeof way>

const dialect = z.custom<Dialect>(
  (value) => typeof value === 'object' && value !== null && 'name' in value && 'starts' in value,
  'is not a dialect: its name, or an object with name and starts',
)

/** The options of this plugin: `[tools, { ... }]` in the configuration. */
export const toolsOptions = z.prefault(
  z.strictObject({
    /**
     * How the tools reach the model: `prompted` (in the prompt), `native` (in the wire's own fields), or `auto`:
     * natively on an OpenAI-compatible upstream, in the prompt on ARGO. For all models, or for each model family.
     */
    tools: z._default(
      z.union([
        way,
        z.strictObject({
          default: z._default(way, 'auto'),
          openai: z.optional(way),
          anthropic: z.optional(way),
          google: z.optional(way),
          other: z.optional(way),
        }),
      ]),
      'auto',
    ),
    /** The formats that are read as calls: names, or dialect objects. */
    dialects: z._default(z.array(z.union([z.string().check(z.minLength(1)), dialect])), defaultDialects),
    /** A call to a tool that was not offered: leave it in the text, or pass it to the client. */
    unknown_tool: z._default(z.enum(['text', 'pass']), 'text'),
    /** Check arguments against the tool's schema and ask the model once more; `strict` tools are checked anyway. */
    validate: z._default(z.enum(['off', 'retry']), 'off'),
    /** How often the model is asked again at most, for each choice of an answer. */
    max_retries: z._default(z.int().check(z.minimum(0), z.maximum(10)), 1),
    /** Send text and calls while the model writes; the answer is then a real stream. */
    live: z._default(z.boolean(), false),
    /** Milliseconds for which a model that refused native tools gets them in the prompt. */
    native_failure_memory: z._default(z.int().check(z.minimum(0)), 600_000),
  }),
  {},
)
export type ToolsOptions = z.output<typeof toolsOptions>
