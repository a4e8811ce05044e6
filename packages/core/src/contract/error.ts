/** OpenAI's `error.type`. */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'rate_limit_error'
  | 'server_error'

export interface ProxyErrorOptions {
  /** Stable, snake_case; what a program may look at. */
  code: string
  /** HTTP status that the client gets when no byte was sent yet. */
  status: number
  type: ErrorType
  /** One sentence: what is wrong, with the offending value, and what to do. */
  message: string
  /** The field of the request that is at fault, as a path: `messages[0].content`. */
  param?: string | null
  /** Headers that go with the answer: `retry-after`, `allow`. */
  headers?: Record<string, string>
  /** The status of the upstream's answer, where that was another than 2xx, and is why. */
  upstreamStatus?: number | undefined
  cause?: unknown
}

const brand: unique symbol = Symbol.for('argo-proxy.ProxyError')

/** The one error of this program: every fault that a client can see is one of these. */
export class ProxyError extends Error {
  /** A plugin may have been installed with another copy of this package: the brand tells, not the class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
  readonly [brand] = true
  override readonly name = 'ProxyError'
  readonly code: string
  readonly status: number
  readonly type: ErrorType
  readonly param: string | null
  readonly headers: Record<string, string>
  readonly upstreamStatus: number | undefined

  constructor(options: ProxyErrorOptions) {
    super(options.message, { cause: options.cause })
    this.code = options.code
    this.status = options.status
    this.type = options.type
    this.param = options.param ?? null
    this.headers = options.headers ?? {}
    this.upstreamStatus = options.upstreamStatus
  }
}
