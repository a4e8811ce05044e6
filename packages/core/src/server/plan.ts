import type { UpstreamCallKind } from '../contract/exchange.ts'
import type { AnswerCall, Endpoint, ParsedRequest } from '../contract/format.ts'
import type { ChatRequest } from '../contract/request.ts'
import type { Decision } from '../plugins/host.ts'
import type { App } from './app.ts'
import { chooseModel } from './model-choice.ts'

/** What is decided about a request before anything is sent. */
export interface RequestPlan {
  parsed: ParsedRequest
  decision: Decision
  /** The request after every plugin's `rewrite`. */
  request: ChatRequest
  kind: UpstreamCallKind
  calls: readonly AnswerCall[]
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
  const { upstream, host } = app
  const parsed = await endpoint.parse(body)
  const decision = host.decide(parsed.request, upstream, caller.preference)
  const model = await chooseModel(parsed.request.model, app)
  const asked = model === parsed.request.model ? parsed.request : { ...parsed.request, model }
  const request = await host.rewrite(asked, upstream)
  const kind = request.stream ? decision.definition.upstream : 'complete'
  const calls = upstream.answer(request, kind, { user: caller.user, endpoint: endpoint.name })
  return { parsed, decision, request, kind, calls }
}
