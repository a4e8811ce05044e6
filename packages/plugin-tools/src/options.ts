import { z } from 'zod'
import type { Dialect } from './parser/dialect.ts'

/** What is on without a word in the configuration: formats whose marks nobody writes by chance. */
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

/** What `[tools, { ... }]` may hold. */
export const toolsOptions = z
  .strictObject({
    /**
     * How the tools reach the model: in the prompt, in the wire's own fields, or `auto`: natively on an OpenAI-compatible
     * upstream and in the prompt on ARGO. One for all, or by the model's family.
     */
    tools: z
      .union([
        way,
        z.strictObject({
          default: way.default('auto'),
          openai: way.optional(),
          anthropic: way.optional(),
          google: way.optional(),
          other: way.optional(),
        }),
      ])
      .default('auto'),
    /** The formats that are read as calls: names, or dialect objects. */
    dialects: z.array(z.union([z.string().min(1), dialect])).default(defaultDialects),
    /** A call to a tool that was not offered: leave it in the text, or pass it to the client. */
    unknown_tool: z.enum(['text', 'pass']).default('text'),
    /** Check arguments against the tool's schema and ask the model once more; `strict` tools are checked anyway. */
    validate: z.enum(['off', 'retry']).default('off'),
    /** How often the model is asked again at most, for one answer. */
    max_retries: z.int().min(0).max(10).default(1),
    /** Hand text and calls out while the model writes; the answer is then a real stream. */
    live: z.boolean().default(false),
    /** Milliseconds in which a model that refused native tools is not asked natively again. */
    native_failure_memory: z.int().min(0).default(600_000),
  })
  .prefault({})
export type ToolsOptions = z.output<typeof toolsOptions>
