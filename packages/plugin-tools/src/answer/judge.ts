import { ProxyError } from 'argo-proxy'
import { isObject } from '../parser/schema-types.ts'
import type { JsonFormat } from '../request/response-format-prompt.ts'
import type { CollectedAnswer } from './collected-answer.ts'
import { parseJsonAnswer } from './json-answer.ts'
import type { AnswerPlan } from './plan.ts'
import type { SchemaChecks } from './validate.ts'

/** What is wrong with an answer, and what becomes of it when asking again does not help. */
export interface Fault {
  kind: 'arguments' | 'no-call' | 'unreadable' | 'format'
  /** For the model: what is wrong. */
  message: string
  /** Faults of single calls, by the call's id. */
  byCall?: ReadonlyMap<string, string>
  /** The error for the client where the last answer must not be passed on; absent where it may. */
  error?: ProxyError
}

export interface Verdict {
  fault?: Fault
  /** The JSON text to send instead of the content: the content without its code fence. */
  json?: string
}

/** Milliseconds for checking the calls of an answer; those that are left then are not checked. */
const mostChecking = 1_000

/** Checks an answer against the tools' schemas, the tool choice and the response format. */
export function judge(
  answer: CollectedAnswer,
  plan: AnswerPlan,
  validate: 'off' | 'retry',
  checks: SchemaChecks,
): Verdict {
  if (isCutOrRefused(answer)) return {}
  if (answer.calls.length > 0) return { fault: argumentFault(answer, plan, validate, checks) }
  if (answer.unreadable && validate === 'retry') return { fault: unreadable() }
  if (plan.mustCall) return { fault: noCall(plan) }
  return plan.format ? formatVerdict(answer.text, plan.format, checks) : {}
}

/** Such an answer says itself that it is not what was asked for; with the same limits, asking again would not help. */
function isCutOrRefused({ reason, events }: CollectedAnswer): boolean {
  return reason === 'length' || reason === 'content-filter' || events.some(({ type }) => type === 'refusal-delta')
}

function argumentFault(
  { calls }: CollectedAnswer,
  { tools }: AnswerPlan,
  validate: 'off' | 'retry',
  checks: SchemaChecks,
): Fault | undefined {
  const byCall = new Map<string, string>()
  const end = performance.now() + mostChecking
  let strict = false
  for (const { id, name, arguments: args } of calls) {
    if (performance.now() > end) break
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

function formatVerdict(text: string, format: JsonFormat, checks: SchemaChecks): Verdict {
  const answer = parseJsonAnswer(text)
  const fault = answer ? formatFault(answer.value, format, checks) : 'it is not JSON'
  if (fault === undefined) return { json: answer?.text }
  const message = `The answer does not have the form that was asked for: ${fault}.`
  return { fault: { kind: 'format', message, error: failure('response_format_unmet', message) } }
}

function formatFault(value: unknown, format: JsonFormat, checks: SchemaChecks): string | undefined {
  if (format.type === 'json-schema') return checks(format.schema, `the response format "${format.name}"`)(value)
  return isObject(value) ? undefined : 'it is not a JSON object'
}

function failure(code: string, message: string): ProxyError {
  const told = `The model did not do as the request demands. ${message}`
  return new ProxyError({ code, status: 502, type: 'server_error', message: told })
}

/** Arguments that are not JSON stay a string; only native calls of the upstream can have such. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return text
  }
}
