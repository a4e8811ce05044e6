import type { Socket } from 'node:net'

/** One event of a chat stream. */
export function chatEvent(delta: object, reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }]
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`
}

export const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'
/** As ARGO's stream begins. */
export const textHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n'

/** Streams so many bytes, or for ever, as fast as they are taken; then the end. Resolves to how many went out. */
export async function flood(socket: Socket, size = Number.POSITIVE_INFINITY): Promise<number> {
  const block = chatEvent({ content: 'x'.repeat(1_000) }).repeat(16)
  let sent = 0
  socket.write(streamHead + chatEvent({ role: 'assistant', content: '' }))
  while (!socket.destroyed && sent < size) {
    sent += block.length
    if (socket.write(block)) continue
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        socket.off('drain', goOn)
        socket.off('close', goOn)
        resolve()
      }
      socket.on('drain', goOn)
      socket.on('close', goOn)
    })
  }
  socket.end(`${chatEvent({}, 'stop')}data: [DONE]\n\n`)
  return sent
}
