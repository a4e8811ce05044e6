import { ProxyError } from 'argo-proxy'
import type { CollectedAnswer } from './collected-answer.ts'
import { parseJsonAnswer } from './json-answer.ts'
import type { AnswerPlan } from './plan.ts'
import type { createSchemaChecks } from './validate.ts'

/** What is wrong with an answer, and what becomes of it when asking again does not help. */
export interface Fault {
  kind: 'arguments' | 'no-call' | 'unreadable' | 'format'
  /** For the model: what is wrong. */
  message: string
  /** Faults of single calls, by the call's id. */
  byCall?: ReadonlyMap<string, string>
  /** For the client where the last answer cannot be passed on; absent where it can. */
  error?: ProxyError
}

export interface Verdict {
  fault?: Fault
  /** The JSON text that takes the place of the content: without fences. */
  json?: string
}

/** Holds an answer against the tools' schemas, the choice of tools and the format that was asked for. */
export function judge(
  answer: CollectedAnswer,
  plan: AnswerPlan,
  validate: 'off' | 'retry',
  checks: ReturnType<typeof createSchemaChecks>,
): Verdict {
  const { calls, reason } = answer
  if (calls.length > 0) return { fault: argumentFault(answer, plan, validate, checks) }
  if (answer.unreadable && validate === 'retry' && reason !== 'length') return { fault: unreadable() }
  if (plan.mustCall) return { fault: noCall(plan) }
  // A refusal, or an answer that was cut, is what it is.
  if (!plan.format || reason !== 'stop' || answer.events.some(({ type }) => type === 'refusal-delta')) return {}
  return formatVerdict(answer.text, plan.format, checks)
}

function argumentFault(
  { calls }: CollectedAnswer,
  { tools }: AnswerPlan,
  validate: 'off' | 'retry',
  checks: ReturnType<typeof createSchemaChecks>,
): Fault | undefined {
  const byCall = new Map<string, string>()
  let strict = false
  for (const { id, name, arguments: args } of calls) {
    const tool = tools.get(name)
    if (!tool?.parameters || (validate === 'off' && !tool.strict)) continue
    const fault = checks(tool.parameters, `the tool "${name}"`)(parsed(args))
    if (fault === undefined) continue
    byCall.set(id, `The arguments of ${name} are wrong: ${fault}.`)
    strict ||= tool.strict === true
  }
  if (byCall.size === 0) return undefined
  const message = [...byCall.values()].join(' ')
  const fault: Fault = { kind: 'arguments', message, byCall }
  return strict ? { ...fault, error: failure('tool_arguments_invalid', message) } : fault
}

function unreadable(): Fault {
  const message = 'Your call cannot be read: it must be one valid JSON object in <tool_call> and </tool_call>.'
  return { kind: 'unreadable', message }
}

function noCall({ toolChoice }: AnswerPlan): Fault {
  const wanted = toolChoice?.type === 'tool' ? `the function ${JSON.stringify(toolChoice.name)}` : 'a function'
  const message = `This answer had to call ${wanted} and called none.`
  return { kind: 'no-call', message, error: failure('tool_call_missing', message) }
}

function formatVerdict(
  text: string,
  format: NonNullable<AnswerPlan['format']>,
  checks: ReturnType<typeof createSchemaChecks>,
): Verdict {
  const answer = parseJsonAnswer(text)
  const fault =
    answer === undefined
      ? 'it is not JSON'
      : format.type === 'json-object'
        ? isObject(answer.value)
          ? undefined
          : 'it is not a JSON object'
        : checks(format.schema, `the response format "${format.name}"`)(answer.value)
  if (fault === undefined) return { json: answer?.text }
  const message = `The answer does not have the form that was asked for: ${fault}.`
  return { fault: { kind: 'format', message, error: failure('response_format_unmet', message) } }
}

function failure(code: string, message: string): ProxyError {
  const told = `The model did not do as the request demands. ${message}`
  return new ProxyError({ code, status: 502, type: 'server_error', message: told })
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Arguments that are no JSON come from the upstream's own calls only. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return text
  }
}
