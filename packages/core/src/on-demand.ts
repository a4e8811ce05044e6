import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'

const require = createRequire(import.meta.url)

/** The libraries that only requests need. Each is loaded by the first who uses it: they were a fifth of all modules of a start. */
export const onDemand = {
  cockatiel: (): typeof import('cockatiel') => require('cockatiel'),
  'http-proxy-3': (): typeof import('http-proxy-3') => require('http-proxy-3'),
  through2: (): typeof import('through2') => require('through2'),
  https: () => process.getBuiltinModule('node:https'),
  winston: (): typeof import('winston') => require('winston'),
}

/** Loads them once the server listens, so that the first request has not to wait for them; others come in between. */
export async function loadAhead(): Promise<void> {
  for (const load of Object.values(onDemand)) {
    await nextTurn()
    load()
  }
}

/**
 * What `import ... from 'node:http'` gives. That evaluates everything which the module exports, its WebSocket too, and for
 * this Node loads the whole of its fetch: another 25 ms, more than the rest of an HTTP server.
 */
export const http = process.getBuiltinModule('node:http')
