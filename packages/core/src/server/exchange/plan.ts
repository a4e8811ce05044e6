import type { Endpoint, ParsedRequest } from '../../contract/endpoint.ts'
import type { UpstreamCallKind } from '../../contract/exchange.ts'
import type { ChatRequest } from '../../contract/request.ts'
import type { AnswerCall } from '../../contract/upstream.ts'
import { toProxyError, withClientParam } from '../../errors.ts'
import type { Decision } from '../../plugins/host.ts'
import type { App } from '../app.ts'
import { chooseModel } from './model-choice.ts'

/** What is decided about a request before anything is sent. */
export interface RequestPlan {
  parsed: ParsedRequest
  decision: Decision
  /** The request after every plugin's `rewrite`. */
  request: ChatRequest
  kind: UpstreamCallKind
  calls: readonly AnswerCall[]
  /** The request would be streamed, were the upstream's stream not broken. */
  healed?: true
}

/** What a request says beside its body. */
export interface Caller {
  /** The client's wish for a stream mode: the header `x-argo-stream-mode`. */
  preference?: string
  /** The account name that goes upstream. */
  user?: string
}

/** Parse, vote, rewrite, write: in this order. Throws a ProxyError for a request that cannot be served. */
export async function planRequest(endpoint: Endpoint, body: unknown, caller: Caller, app: App): Promise<RequestPlan> {
  const parsed = await endpoint.parse(body)
  try {
    return await planParsed(parsed, endpoint, caller, app)
  } catch (thrown) {
    throw withClientParam(toProxyError(thrown), parsed.clientParam)
  }
}

async function planParsed(parsed: ParsedRequest, endpoint: Endpoint, caller: Caller, app: App): Promise<RequestPlan> {
  const { upstream, host } = app
  const decision = host.decide(parsed.request, upstream, caller.preference)
  const model = await chooseModel(parsed.request.model, app)
  const asked = model === parsed.request.model ? parsed.request : { ...parsed.request, model }
  const request = await host.rewrite(asked, upstream)
  const kind = request.stream ? decision.definition.upstream : 'complete'
  const context = { user: caller.user, endpoint: endpoint.name }
  const calls = upstream.answer(request, kind, context)
  const plan = { parsed, decision, request, kind, calls }
  if (kind === 'complete' || !app.brokenStreams.has(model)) return plan
  return healedPlan(plan, 'its stream failed a short while ago (heal.remember)', endpoint, caller, app) ?? plan
}

/**
 * Fields of the request that the upstream's wire does not take, as the client calls them, and as names that may stand in a
 * header and in the log.
 */
export function droppedParameters(
  [call]: readonly Pick<AnswerCall, 'dropped'>[],
  clientParam = (param: string): string => param,
): string[] {
  return (call?.dropped ?? []).map((name) =>
    clientParam(name)
      .replace(/[^\w.:-]/g, '_')
      .slice(0, 80),
  )
}

const pseudo = 'pseudo'

/** The same request in pseudo stream; `undefined` where that is not offered, or would be the very same call. */
export function healedPlan(
  plan: RequestPlan,
  because: string,
  endpoint: Endpoint,
  { user }: Caller,
  { upstream, host }: App,
): RequestPlan | undefined {
  const offered = host.modes.get(pseudo)
  if (offered?.definition.upstream !== 'complete') return undefined
  try {
    const calls = upstream.answer(plan.request, 'complete', { user, endpoint: endpoint.name })
    // Some models answer in the stream only.
    if (calls.every((call, index) => isSameCall(call, plan.calls[index]))) return undefined
    return { ...plan, decision: { mode: pseudo, because, ...offered }, kind: 'complete', calls, healed: true }
  } catch {
    // The wire cannot carry it as a complete call: the stream's own error stands.
    return undefined
  }
}

function isSameCall(one: AnswerCall, other: AnswerCall | undefined): boolean {
  return one.url.href === other?.url.href && isSameBody(one.body, other.body)
}

function isSameBody(one: AnswerCall['body'] = '', other: AnswerCall['body'] = ''): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return one.length === other.length && one.every((piece, index) => other[index]?.equals(piece))
}
