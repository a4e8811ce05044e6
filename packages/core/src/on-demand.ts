import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'

const require = createRequire(import.meta.url)

const ahead: (() => unknown)[] = []

/** What only requests need: made by the first who wants it, or once the server listens. */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  const get = (): Value => {
    made ??= { value: make() }
    return made.value
  }
  ahead.push(get)
  return get
}

/** The libraries among that: they were a fifth of all modules of a start. */
export const onDemand = {
  crypto: lazy(() => process.getBuiltinModule('node:crypto')),
  v8: lazy(() => process.getBuiltinModule('node:v8')),
  zlib: lazy(() => process.getBuiltinModule('node:zlib')),
  cockatiel: lazy((): typeof import('cockatiel') => require('cockatiel')),
  'http-proxy-3': lazy((): typeof import('http-proxy-3') => require('http-proxy-3')),
  through2: lazy((): typeof import('through2') => require('through2')),
  undici: lazy((): typeof import('undici') => require('undici')),
  winston: lazy((): typeof import('winston') => require('winston')),
}

/** Makes them once the server listens, so that the first request has not to wait for them; others come in between. */
export async function loadAhead(): Promise<void> {
  for (const make of ahead) {
    await nextTurn()
    make()
  }
}

/**
 * What `import ... from 'node:http'` gives. That evaluates everything which the module exports, its WebSocket too, and for
 * this Node loads the whole of its fetch: another 25 ms, more than the rest of an HTTP server.
 */
export const http = process.getBuiltinModule('node:http')
