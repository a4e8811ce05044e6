import type { Plugin } from '../contract/plugin.ts'
import { z } from '../zod.ts'

/** ARGO's production gateway; below it stand `api/v1/` and the OpenAI-compatible `v1/`. */
export const argoBaseUrl = 'https://apps.inside.anl.gov/argoapi'

/** More processes than any machine has use for. */
const mostWorkers = 256

/** Longer than this, and a timer of Node fires at once. */
export const longestTimer = 2 ** 31 - 1
/** What a fault says of a whole number: its bounds, and what it counts. */
export const wholeNumbers = z.registry<{ least: number; most: number | undefined; unit: string | undefined }>()
const wholeNumber = (least: number, most?: number, unit?: string) =>
  z
    .int()
    .check(z.minimum(least), z.maximum(most ?? Number.MAX_SAFE_INTEGER))
    .register(wholeNumbers, { least, most, unit })
const duration = wholeNumber(0, longestTimer, 'milliseconds')
/** What a fault says of the entries of a list: what one is, and how the list is written. */
export const listEntries = z.registry<{ entry: string; list: string }>()
const byteCount = wholeNumber(1, undefined, 'bytes')
const text = z.string().check(z.minLength(1))
/** What Node takes as the value of a header. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/
const headerText = z.string().check(z.trim(), z.regex(headerValue))
const httpUrl = z.url({ protocol: /^https?$/ })

const plainObject = z.custom<Plugin>(
  (value) => typeof value === 'object' && value !== null && 'setup' in value && typeof value.setup === 'function',
  'is not a plugin: an object made with definePlugin',
)
const specifier = z.union([text, plainObject])
/** A plugin as it is named in the configuration: `name`, `[name, options]`, an inline plugin, or falsy (skipped). */
export const pluginEntrySchema = z.union([
  specifier,
  z.tuple([specifier], z.unknown()),
  z.literal(false),
  z.null(),
  z.undefined(),
])
export type PluginEntry = z.infer<typeof pluginEntrySchema>

export const upstreamSchema = z.strictObject({
  kind: z._default(z.enum(['argo', 'openai']), 'argo'),
  /** The default is for `argo`; `openai` has none, and a configuration without it is refused. */
  base_url: z._default(httpUrl, argoBaseUrl),
  /** ARGO's single endpoints; each wins over what is derived from `base_url`. */
  argo_url: z.optional(httpUrl),
  argo_stream_url: z.optional(httpUrl),
  argo_embedding_url: z.optional(httpUrl),
  argo_models_url: z.optional(httpUrl),
  api_key: z.optional(headerText.check(z.minLength(1))),
  /** The name of an environment variable that holds the key; once loaded, its value stands in `api_key`. */
  api_key_env: z.optional(text),
  /** More headers for every upstream call. */
  headers: z._default(z.record(z.string().check(z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)), headerText), {}),
  /** Whether an OpenAI-compatible server wants the account name in the body (ARGO's own `/v1` does). */
  send_user: z._default(z.boolean(), false),
  /** Whether the wire takes tools and gives tool calls back by itself. Where absent: yes for `openai`, no for `argo`. */
  native_tools: z.optional(z.boolean()),
  /**
   * `native`: an OpenAI-compatible server has its own `/responses`, and requests for it pass as they are, past the stream
   * modes and the plugins. `translate`: Responses are made of the server's chat completions.
   */
  responses: z._default(z.enum(['translate', 'native']), 'translate'),
  /** Whether the certificate of an https upstream is checked. */
  verify_tls: z._default(z.boolean(), true),
})
export type UpstreamConfig = z.infer<typeof upstreamSchema>

/** Milliseconds; 0 is no limit, but for `shutdown_grace`: not at all. Long where models think. */
export const timeoutsSchema = z.strictObject({
  /** Until the connection to the upstream stands, its encryption included. */
  connect: z._default(duration, 10_000),
  /** From there to the first byte of the answer's body. */
  first_byte: z._default(duration, 600_000),
  /** Between two chunks of the upstream. */
  idle: z._default(duration, 300_000),
  /** From the request to the last byte of its answer. */
  total: z._default(duration, 1_800_000),
  /** A client that reads nothing of what is sent. */
  stalled_client: z._default(duration, 120_000),
  /** For a client to send its headers, and the whole request. */
  request_headers: z._default(duration, 30_000),
  request: z._default(duration, 300_000),
  shutdown_grace: z._default(duration, 10_000),
  plugin_setup: z._default(duration, 10_000),
})

export const limitsSchema = z.strictObject({
  /** Of a request's body. */
  body: z._default(byteCount, 20 * 1024 * 1024),
  /** Of a request's headers together. */
  headers: z._default(byteCount, 32 * 1024),
  /** Of a whole answer that is held in memory. */
  answer: z._default(byteCount, 64 * 1024 * 1024),
  /** Exchanges at the same time; more get 429. */
  exchanges: z._default(wholeNumber(1), 1_000),
  /** Open connections of clients; more get 503. */
  connections: z._default(wholeNumber(1), 4_000),
  /** Open connections to the upstream; more calls wait for one, as long as `timeouts.connect` lets them. */
  upstream_connections: z._default(wholeNumber(1), 2_000),
})

/** Calls that are made again when the upstream answers 429, 502, 503 or 504, always before the client got a byte. */
export const retriesSchema = z.strictObject({
  /** For one request; 0 is never. */
  limit: z._default(wholeNumber(0, 10), 2),
  /** Before the first; doubles with each. The upstream's `retry-after` wins. */
  delay: z._default(duration, 500),
  /** An upstream that wants more is not waited for: its error goes to the client. */
  max_delay: z._default(duration, 2_000),
})
export type RetrySettings = z.output<typeof retriesSchema>

/** A real stream that fails, where streaming is to blame, is answered in pseudo stream. */
export const healSchema = z.strictObject({
  enabled: z._default(z.boolean(), true),
  /** For how long the model's next requests are answered in pseudo stream at once. */
  remember: z._default(duration, 600_000),
  /** After the first byte too: asks once more, and goes on only if what was sent is the beginning of the new answer. */
  resume: z._default(z.boolean(), false),
})
export type HealSettings = z.output<typeof healSchema>

/** An upstream that fails again and again is left alone for a while: clients get 503 at once. */
export const circuitBreakerSchema = z.strictObject({
  enabled: z._default(z.boolean(), true),
  /** Failed calls in a row that open it. */
  failures: z._default(wholeNumber(1), 5),
  /** Until one call is let through to see. At 0 it would never be open. */
  open_for: z._default(wholeNumber(1, longestTimer, 'milliseconds'), 10_000),
})
export type CircuitBreakerSettings = z.output<typeof circuitBreakerSchema>

export const modelsSchema = z.strictObject({
  /** After this the upstream's list is read anew when somebody asks for it; the last good one stays while it fails. */
  refresh: z._default(duration, 3_600_000),
  /** Answers requests for models that the upstream does not list. Where absent they get a 404. */
  fallback: z.optional(text),
})

export const corsSchema = z.strictObject({
  /** Web pages that may call the proxy from a browser, as in `https://chat.example.org`; `*` is any. None by default. */
  origins: z._default(
    z.array(z.string().check(z.regex(/^(?:\*|https?:\/\/[^/\s]+)$/))).register(listEntries, {
      entry: 'an origin such as https://chat.example.org, without a path, or "*" for any',
      list: 'a list of origins: ["https://chat.example.org"], or ["*"] for any',
    }),
    [],
  ),
})

export const configSchema = z.strictObject({
  user: z.optional(text),
  /** A name or an address; the brackets of an IPv6 address are taken off. */
  host: z._default(text.check(z.overwrite((host) => host.replace(/^\[(.*)\]$/, '$1'))), '127.0.0.1'),
  /** 0 picks a free one. */
  port: z._default(wholeNumber(0, 65_535), 44_497),
  /** Processes that share the port; `auto` is one for each core, 1 is no other process at all. */
  workers: z._default(z.union([wholeNumber(1, mostWorkers), z.literal('auto')]), 1),
  real_stream: z._default(z.boolean(), true),
  verbose: z._default(z.boolean(), false),
  quiet: z._default(z.boolean(), false),
  username_passthrough: z._default(z.boolean(), false),
  /** Milliseconds between `: keep-alive` comments while a streaming client waits; 0 turns them off. */
  heartbeat: z._default(duration, 15_000),
  /**
   * Milliseconds until the first of them. It sends the status 200 along: an upstream that fails later can only be told
   * within the stream.
   */
  heartbeat_after: z._default(duration, 15_000),
  /** What becomes of the upstream's call when the client has left: `finish` is for those who want its usage. */
  on_disconnect: z._default(z.enum(['abort', 'finish']), 'abort'),
  retries: z.prefault(retriesSchema, {}),
  heal: z.prefault(healSchema, {}),
  circuit_breaker: z.prefault(circuitBreakerSchema, {}),
  upstream: z.prefault(upstreamSchema, {}),
  models: z.prefault(modelsSchema, {}),
  cors: z.prefault(corsSchema, {}),
  timeouts: z.prefault(timeoutsSchema, {}),
  limits: z.prefault(limitsSchema, {}),
  plugins: z._default(z.array(pluginEntrySchema), ['real-stream', 'pseudo-stream', 'tools']),
})
/** The whole configuration, every default filled in. */
export type Config = z.output<typeof configSchema>
/** What `argo.config.ts` may hold. */
export type ConfigInput = z.input<typeof configSchema>
