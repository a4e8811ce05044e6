import { z } from 'zod'
import type { Plugin } from '../contract/plugin.ts'

/** ARGO's production gateway; below it stand `api/v1/` and the OpenAI-compatible `v1/`. */
export const argoBaseUrl = 'https://apps.inside.anl.gov/argoapi'

/** Longer than this, and a timer of Node fires at once. */
const longestTimer = 2 ** 31 - 1
const duration = z.int().min(0).max(longestTimer).meta({ unit: 'milliseconds' })
const byteCount = z.int().min(1).meta({ unit: 'bytes' })
/** What Node takes as the value of a header. */
const headerText = z
  .string()
  .trim()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/)
const httpUrl = z.url({ protocol: /^https?$/ })

const plainObject = z.custom<Plugin>(
  (value) => typeof value === 'object' && value !== null && 'setup' in value && typeof value.setup === 'function',
  'is not a plugin: an object made with definePlugin',
)
const specifier = z.union([z.string().min(1), plainObject])
/** A plugin as it is named in the configuration: `name`, `[name, options]`, an inline plugin, or falsy (skipped). */
export const pluginEntrySchema = z.union([
  specifier,
  z.tuple([specifier]).rest(z.unknown()),
  z.literal(false),
  z.null(),
  z.undefined(),
])
export type PluginEntry = z.infer<typeof pluginEntrySchema>

export const upstreamSchema = z.strictObject({
  kind: z.enum(['argo', 'openai']).default('argo'),
  /** The default is for `argo`; `openai` has none, and a configuration without it is refused. */
  base_url: httpUrl.default(argoBaseUrl),
  /** ARGO's single endpoints; each wins over what is derived from `base_url`. */
  argo_url: httpUrl.optional(),
  argo_stream_url: httpUrl.optional(),
  argo_embedding_url: httpUrl.optional(),
  argo_models_url: httpUrl.optional(),
  api_key: headerText.min(1).optional(),
  /** The name of an environment variable that holds the key; once loaded, its value stands in `api_key`. */
  api_key_env: z.string().min(1).optional(),
  /** More headers for every upstream call. */
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), headerText).default({}),
  /** Whether an OpenAI-compatible server wants the account name in the body (ARGO's own `/v1` does). */
  send_user: z.boolean().default(false),
  /** Whether the wire takes tools and gives tool calls back by itself. Where absent: yes for `openai`, no for `argo`. */
  native_tools: z.boolean().optional(),
  /** Whether the certificate of an https upstream is checked. */
  verify_tls: z.boolean().default(true),
})
export type UpstreamConfig = z.infer<typeof upstreamSchema>

/** Milliseconds. */
export const timeoutsSchema = z.strictObject({
  connect: duration.default(10_000),
  first_byte: duration.default(600_000),
  idle: duration.default(300_000),
  total: duration.default(1_800_000),
  stalled_client: duration.default(120_000),
  shutdown_grace: duration.default(10_000),
  plugin_setup: duration.default(10_000),
})

export const limitsSchema = z.strictObject({
  /** Of a request's body. */
  body: byteCount.default(20 * 1024 * 1024),
  /** Of a whole answer that is held in memory. */
  answer: byteCount.default(64 * 1024 * 1024),
  /** Exchanges at the same time; more get 429. */
  exchanges: z.int().min(1).default(1_000),
})

export const configSchema = z.strictObject({
  user: z.string().min(1).optional(),
  /** A name or an address; the brackets of an IPv6 address are taken off. */
  host: z
    .string()
    .min(1)
    .overwrite((host) => host.replace(/^\[(.*)\]$/, '$1'))
    .default('127.0.0.1'),
  /** 0 picks a free one. */
  port: z.int().min(0).max(65_535).default(44_497),
  real_stream: z.boolean().default(true),
  verbose: z.boolean().default(false),
  quiet: z.boolean().default(false),
  username_passthrough: z.boolean().default(false),
  /** Milliseconds between `: keep-alive` comments while a streaming client waits; 0 turns them off. */
  heartbeat: duration.default(15_000),
  upstream: upstreamSchema.prefault({}),
  timeouts: timeoutsSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  plugins: z.array(pluginEntrySchema).default(['real-stream', 'pseudo-stream', 'tools']),
})
/** The whole configuration, every default filled in. */
export type Config = z.output<typeof configSchema>
/** What `argo.config.ts` may hold. */
export type ConfigInput = z.input<typeof configSchema>
