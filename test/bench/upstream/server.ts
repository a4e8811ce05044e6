import { createServer, type Socket } from 'node:net'
import { longPrompt } from '../answers.ts'
import { channelToParent } from '../processes/channel.ts'
import { type HttpRequest, requestReader } from './http-requests.ts'
import { type PreparedAnswer, prepareAnswers } from './prepared.ts'
import { argoWire, openaiWire } from './wires.ts'

/**
 * The upstream, a process of its own: OpenAI's wire and ARGO's on one port, every answer a prepared buffer, so that it
 * costs as little as a process of Node can.
 */
const openai = prepareAnswers(openaiWire)
const argo = prepareAnswers(argoWire)
const refused = Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')
const modelMark = Buffer.from('"bench-')
const promptJson = Buffer.from(JSON.stringify(longPrompt).slice(1, -1))
/** Ends the streams that are held open. */
const openStreams = new Set<() => void>()

const server = createServer({ noDelay: true }, (socket) => {
  const read = requestReader((request) => answer(socket, request))
  socket.on('data', (bytes: Buffer) => read(bytes))
  socket.on('error', () => socket.destroy())
})

function answer(socket: Socket, { path, body }: HttpRequest): void {
  const wire = path.startsWith('/v1/') ? openai : argo
  const prepared = wire.get(nameIn(body))
  if (!prepared || (body.length > promptJson.length && !body.includes(promptJson))) return void socket.write(refused)
  const streams = wire === argo ? path.includes('streamchat') : body.includes('"stream":true')
  if (!streams) socket.write(prepared.complete)
  else if (prepared.answer.gap === 0) socket.write(prepared.stream)
  else writeSlowly(socket, prepared)
}

/** The model's name without `bench-`. */
function nameIn(body: Buffer): string {
  const start = body.indexOf(modelMark) + modelMark.length
  return body.toString('latin1', start, body.indexOf('"', start))
}

function writeSlowly(socket: Socket, { answer: { gap, open }, opening, pieces, closing }: PreparedAnswer): void {
  let next = 0
  const timer = setInterval(() => {
    const piece = pieces[next]
    next += 1
    if (piece) socket.write(piece)
    else if (!open) end()
  }, gap)

  function stop(): void {
    clearInterval(timer)
    openStreams.delete(end)
    socket.off('close', stop)
  }

  function end(): void {
    stop()
    socket.write(closing)
  }

  socket.write(opening)
  socket.on('close', stop)
  if (open) openStreams.add(end)
}

const parent = channelToParent<'release', { port: number }>(() => {
  for (const end of openStreams) end()
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address) parent.send({ port: address.port })
})
