import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'
import type { Contribution, Plugin } from '../contract/plugin.ts'

const callable = z.custom<(...values: never[]) => unknown>((value) => typeof value === 'function', 'must be a function')

const pluginSchema = z.looseObject({
  name: z.string().min(1),
  apiVersion: z.literal(1, 'must be 1, the version of the plugin contract that this argo-proxy speaks'),
  needs: z.looseObject({ modes: z.array(z.string()).optional() }).optional(),
  options: z
    .custom<StandardSchemaV1>(
      (value) => typeof value === 'object' && value !== null && '~standard' in value,
      'must be a Standard Schema (zod, valibot, arktype...)',
    )
    .optional(),
  setup: callable,
})

const bracketSchema = z.union([
  z.literal('passthrough'),
  z.looseObject({ step: callable }),
  z.looseObject({ create: callable }),
])

const contributionSchema = z.looseObject({
  modes: z
    .record(
      z.string(),
      z.looseObject({
        upstream: z.enum(['stream', 'complete']),
        gather: bracketSchema.optional(),
        pace: bracketSchema.optional(),
      }),
    )
    .optional(),
  stages: z
    .array(
      z.intersection(
        z.looseObject({
          slot: z.enum(['upstream-bytes', 'events', 'client-bytes']),
          order: z.enum(['pre', 'post']).optional(),
          when: callable.optional(),
        }),
        z.union([z.looseObject({ step: callable }), z.looseObject({ create: callable })]),
      ),
    )
    .optional(),
  vote: callable.optional(),
  rewrite: callable.optional(),
  close: callable.optional(),
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

function faultsOf(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value, { jitless: true })
  if (result.success) return []
  return result.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`)
}
