import type { StandardSchemaV1 } from '@standard-schema/spec'
import { formatPath } from '../config/fault.ts'
import { optionProblems } from '../config/option-problem.ts'
import type { Contribution, Plugin, Vote } from '../contract/plugin.ts'
import type { ChatRequest } from '../contract/request.ts'
import { isRecord } from '../record.ts'
import { z } from '../zod.ts'

const callable = z.custom<(...values: never[]) => unknown>((value) => typeof value === 'function', 'must be a function')

const pluginSchema = z.looseObject({
  name: z.string().check(z.minLength(1)),
  apiVersion: z.literal(1, 'must be 1, the version of the plugin contract that this argo-proxy speaks'),
  needs: z.optional(z.looseObject({ modes: z.optional(z.array(z.string())) })),
  options: z.optional(
    z.custom<StandardSchemaV1>(
      (value) => typeof value === 'object' && value !== null && '~standard' in value,
      'must be a Standard Schema (zod, valibot, arktype...)',
    ),
  ),
  setup: callable,
})

const bracketSchema = z.union([
  z.literal('passthrough'),
  z.looseObject({ step: callable }),
  z.looseObject({ create: callable }),
])

const contributionSchema = z.looseObject({
  modes: z.optional(
    z.record(
      z.string(),
      z.looseObject({
        upstream: z.enum(['stream', 'complete']),
        gather: z.optional(bracketSchema),
        pace: z.optional(bracketSchema),
      }),
    ),
  ),
  stages: z.optional(
    z.array(
      z.intersection(
        z.looseObject({
          slot: z.enum(['upstream-bytes', 'events', 'client-bytes']),
          order: z.optional(z.enum(['pre', 'post'])),
          when: z.optional(callable),
        }),
        z.union([z.looseObject({ step: callable }), z.looseObject({ create: callable })]),
      ),
    ),
  ),
  vote: z.optional(callable),
  rewrite: z.optional(callable),
  close: z.optional(callable),
})

/** What is wrong with a value that should be a plugin, one sentence each; none where it is one. */
export function pluginFaults(value: unknown): string[] {
  return faultsOf(pluginSchema, value)
}

/** What is wrong with what a plugin's setup returned. */
export function contributionFaults(value: unknown): string[] {
  return faultsOf(contributionSchema, value)
}

export function isPlugin(value: unknown): value is Plugin {
  return pluginFaults(value).length === 0
}

export function isContribution(value: unknown): value is Contribution {
  return contributionFaults(value).length === 0
}

/** What a plugin's `vote` returned, by the look of it: this is asked for each request. */
export function isVote(value: unknown): value is Vote {
  return isRecord(value) && typeof value.mode === 'string' && typeof value.because === 'string'
}

/** What a plugin's `rewrite` returned, by the look of it: a promise, or a request that was changed and not returned, is none. */
export function isRequest(value: unknown): value is ChatRequest {
  return isRecord(value) && typeof value.model === 'string' && Array.isArray(value.messages)
}

function faultsOf(schema: z.ZodMiniType, value: unknown): string[] {
  const result = schema.safeParse(value, { jitless: true })
  if (result.success) return []
  return result.error.issues
    .flatMap((issue) => optionProblems(issue, schema, value))
    .map(({ path, message }) => `${formatPath(path) || 'it'}: ${message}`)
}
