import { z } from 'zod'
import type { Plugin } from '../contract/plugin.ts'

/** ARGO's production gateway; below it stand `api/v1/` and the OpenAI-compatible `v1/`. */
export const argoBaseUrl = 'https://apps.inside.anl.gov/argoapi'

/** More processes than any machine has use for. */
const mostWorkers = 256

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
  /**
   * `native`: an OpenAI-compatible server has its own `/responses`, and requests for it pass as they are, past the stream
   * modes and the plugins. `translate`: Responses are made of the server's chat completions.
   */
  responses: z.enum(['translate', 'native']).default('translate'),
  /** Whether the certificate of an https upstream is checked. */
  verify_tls: z.boolean().default(true),
})
export type UpstreamConfig = z.infer<typeof upstreamSchema>

/** Milliseconds; 0 is no limit. Long where models think. */
export const timeoutsSchema = z.strictObject({
  /** Until the connection to the upstream stands, its encryption included. */
  connect: duration.default(10_000),
  /** From there to the first byte of the answer's body. */
  first_byte: duration.default(600_000),
  /** Between two chunks of the upstream. */
  idle: duration.default(300_000),
  /** From the request to the last byte of its answer. */
  total: duration.default(1_800_000),
  /** A client that reads nothing of what is sent. */
  stalled_client: duration.default(120_000),
  /** For a client to send its headers, and the whole request. */
  request_headers: duration.default(30_000),
  request: duration.default(300_000),
  shutdown_grace: duration.default(10_000),
  plugin_setup: duration.default(10_000),
})

export const limitsSchema = z.strictObject({
  /** Of a request's body. */
  body: byteCount.default(20 * 1024 * 1024),
  /** Of a request's headers together. */
  headers: byteCount.default(32 * 1024),
  /** Of a whole answer that is held in memory. */
  answer: byteCount.default(64 * 1024 * 1024),
  /** Exchanges at the same time; more get 429. */
  exchanges: z.int().min(1).default(1_000),
  /** Open connections of clients; more get 503. */
  connections: z.int().min(1).default(4_000),
  /** Open connections to the upstream; more calls wait for one, as long as `timeouts.connect` lets them. */
  upstream_connections: z.int().min(1).default(2_000),
})

/** Calls that are made again when the upstream answers 429, 502, 503 or 504, always before the client got a byte. */
export const retriesSchema = z.strictObject({
  /** For one request; 0 is never. */
  limit: z.int().min(0).max(10).default(2),
  /** Before the first; doubles with each. The upstream's `retry-after` wins. */
  delay: duration.default(500),
  /** An upstream that wants more is not waited for: its error goes to the client. */
  max_delay: duration.default(2_000),
})
export type RetrySettings = z.output<typeof retriesSchema>

/** A real stream that fails, where streaming is to blame, is answered in pseudo stream. */
export const healSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** For how long the model's next requests are answered in pseudo stream at once. */
  remember: duration.default(600_000),
  /** After the first byte too: asks once more, and goes on only if what was sent is the beginning of the new answer. */
  resume: z.boolean().default(false),
})
export type HealSettings = z.output<typeof healSchema>

/** An upstream that fails again and again is left alone for a while: clients get 503 at once. */
export const circuitBreakerSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** Failed calls in a row that open it. */
  failures: z.int().min(1).default(5),
  /** Until one call is let through to see. */
  open_for: duration.default(10_000),
})
export type CircuitBreakerSettings = z.output<typeof circuitBreakerSchema>

export const modelsSchema = z.strictObject({
  /** After this the upstream's list is read anew when somebody asks for it; the last good one stays while it fails. */
  refresh: duration.default(3_600_000),
  /** Answers requests for models that the upstream does not list. Where absent they get a 404. */
  fallback: z.string().min(1).optional(),
})

export const corsSchema = z.strictObject({
  /** Web pages that may call the proxy from a browser, as in `https://chat.example.org`; `*` is any. None by default. */
  origins: z.array(z.string().regex(/^(?:\*|https?:\/\/[^/\s]+)$/)).default([]),
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
  /** Processes that share the port; `auto` is one for each core, 1 is no other process at all. */
  workers: z.union([z.int().min(1).max(mostWorkers), z.literal('auto')]).default(1),
  real_stream: z.boolean().default(true),
  verbose: z.boolean().default(false),
  quiet: z.boolean().default(false),
  username_passthrough: z.boolean().default(false),
  /** Milliseconds between `: keep-alive` comments while a streaming client waits; 0 turns them off. */
  heartbeat: duration.default(15_000),
  /**
   * Milliseconds until the first of them. It sends the status 200 along: an upstream that fails later can only be told
   * within the stream.
   */
  heartbeat_after: duration.default(15_000),
  /** What becomes of the upstream's call when the client has left: `finish` is for those who want its usage. */
  on_disconnect: z.enum(['abort', 'finish']).default('abort'),
  retries: retriesSchema.prefault({}),
  heal: healSchema.prefault({}),
  circuit_breaker: circuitBreakerSchema.prefault({}),
  upstream: upstreamSchema.prefault({}),
  models: modelsSchema.prefault({}),
  cors: corsSchema.prefault({}),
  timeouts: timeoutsSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  plugins: z.array(pluginEntrySchema).default(['real-stream', 'pseudo-stream', 'tools']),
})
/** The whole configuration, every default filled in. */
export type Config = z.output<typeof configSchema>
/** What `argo.config.ts` may hold. */
export type ConfigInput = z.input<typeof configSchema>
