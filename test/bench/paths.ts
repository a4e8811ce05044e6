import type { Expectation } from './load/check-reply.ts'

/** What stands between the load and the upstream. */
export type HopName = 'direct' | 'node-http' | 'http-proxy-3' | 'nginx' | 'portkey' | 'argo-openai' | 'argo-argo'

/** A way through a hop: which endpoint is asked, and what must come back. */
export interface Path {
  title: string
  hop: HopName
  endpoint: 'chat' | 'responses'
  expectation: Expectation
  /** A path of argo-proxy, not one to compare with. */
  own: boolean
  headers?: Readonly<Record<string, string>>
}

export type PathName =
  | 'direct'
  | 'nginx'
  | 'node-http'
  | 'http-proxy-3'
  | 'portkey'
  | 'byte-lane'
  | 'argo-text'
  | 'argo-complete'
  | 'responses'
  | 'pseudo'
  | 'tools'

const reference = { endpoint: 'chat', expectation: 'bytes', own: false } as const
const own = { endpoint: 'chat', own: true } as const

export const paths: Readonly<Record<PathName, Path>> = {
  direct: { ...reference, title: 'direct', hop: 'direct' },
  nginx: { ...reference, title: 'nginx', hop: 'nginx' },
  'node-http': { ...reference, title: 'node:http by hand', hop: 'node-http' },
  'http-proxy-3': { ...reference, title: 'http-proxy-3, keep-alive', hop: 'http-proxy-3' },
  // It parses and writes again: the text is checked, not the bytes.
  portkey: { ...reference, title: '@portkey-ai/gateway', hop: 'portkey', expectation: 'chat' },
  'byte-lane': { ...own, title: 'argo-proxy: byte lane', hop: 'argo-openai', expectation: 'bytes' },
  'argo-text': { ...own, title: 'argo-proxy: ARGO text → Chat SSE', hop: 'argo-argo', expectation: 'chat' },
  'argo-complete': { ...own, title: 'argo-proxy: ARGO JSON → Chat JSON', hop: 'argo-argo', expectation: 'chat' },
  responses: {
    ...own,
    title: 'argo-proxy: OpenAI SSE → Responses SSE',
    hop: 'argo-openai',
    endpoint: 'responses',
    expectation: 'responses',
  },
  pseudo: {
    ...own,
    title: 'argo-proxy: pseudo stream',
    hop: 'argo-argo',
    expectation: 'chat',
    headers: { 'x-argo-stream-mode': 'pseudo' },
  },
  tools: { ...own, title: 'argo-proxy: tools', hop: 'argo-argo', expectation: 'calls' },
}
