import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type Child, inTime } from '../processes/children.ts'

/** Resolves once the child takes connections on the port; asks every other millisecond. */
export function untilListening(child: Child, port: number): Promise<void> {
  let asking = true
  const listening = (async () => {
    while (asking && !(await isListening(port))) await wait(2)
  })()
  return inTime(child, 20_000, listening).finally(() => {
    asking = false
  })
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
