import type { Answer, RecordedRequest } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { paths, useRigOf } from '../clients/paths.ts'
import { startRig, type UpstreamKind } from '../support/upstreams.ts'
import { expectSchema } from './answer-checks.ts'
import { errorClassOf, sdkCalls } from './sdk-calls.ts'
import { toldAtOnce } from './told-at-once.ts'

const limits = { 'retry-after': '7', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '7s' }
const words = 'The upstream says no.'

/** Upstream's status, what the client gets, and how the upstream may say it. */
const refusals = [
  { told: 400, seen: 400, type: 'invalid_request_error' },
  { told: 401, seen: 401, type: 'authentication_error' },
  { told: 403, seen: 403, type: 'permission_error' },
  { told: 404, seen: 404, type: 'not_found_error' },
  { told: 409, seen: 409, type: 'invalid_request_error' },
  { told: 413, seen: 413, type: 'invalid_request_error' },
  { told: 422, seen: 422, type: 'invalid_request_error' },
  { told: 429, seen: 429, type: 'rate_limit_error' },
  { told: 500, seen: 502, type: 'server_error' },
  { told: 502, seen: 502, type: 'server_error' },
  { told: 503, seen: 503, type: 'server_error' },
  { told: 504, seen: 504, type: 'server_error' },
  { told: 529, seen: 503, type: 'server_error' },
] as const

/** An upstream that answers with the status that the text of the request names. */
function refusing(kind: UpstreamKind) {
  return {
    answer({ text }: RecordedRequest): Answer | undefined {
      const [, status] = /ANSWER (\d+)/.exec(text) ?? []
      if (!status) return undefined
      const openai = { error: { message: words, type: 'some_error', param: null, code: null } }
      const chunks = [JSON.stringify(kind === 'openai' ? openai : { detail: words })]
      return { status: Number(status), headers: { 'content-type': 'application/json', ...limits }, chunks }
    },
  }
}

describe.each(paths)('errors of the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() => startRig(kind, { ...toldAtOnce, real_stream: mode === 'real' }, refusing(kind)))

  describe.each(sdkCalls)('with $name', ({ model, call }) => {
    test.each(refusals)('$told is $seen', async ({ told, seen, type }) => {
      const client = new OpenAI({ baseURL: rig().baseURL, apiKey: 'none', maxRetries: 0 })
      const error = await call(client, { model, text: `ANSWER ${told}` }).catch((thrown: unknown) => thrown)
      if (!(error instanceof OpenAI.APIError)) return expect.fail(`no error of the SDK: ${error}`)
      expect(error).toBeInstanceOf(errorClassOf(seen))
      expect(error).toMatchObject({ status: seen, type, message: expect.stringContaining(words) })
      expectSchema('Error', error.error)
      expect(error.code).toMatch(/^[a-z_]+$/)
      expect(error.requestID).toMatch(/^req_/)
      expect(Object.fromEntries(error.headers ?? [])).toMatchObject({ ...limits, 'content-type': 'application/json' })
    })
  })
})
