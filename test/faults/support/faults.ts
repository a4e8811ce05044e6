import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { UpstreamKind } from '../../support/upstreams.ts'
import type { EndpointName } from './endings.ts'
import type { RawRequest } from './raw-upstream.ts'
import { chunked, gzipped, head, measured, statusAnswer, unmeasured, type WireAnswer } from './wire-answer.ts'

/** The three ways a client can have its answer: real stream, pseudo stream, not streamed. */
export const styles = ['real', 'pseudo', 'whole'] as const

export interface Cell {
  kind: UpstreamKind
  endpoint: EndpointName
  style: (typeof styles)[number]
}

export interface Fault {
  /** What the upstream does, as the documentation says it. */
  name: string
  play(socket: Socket, answer: WireAnswer, request: RawRequest): unknown
  /** What the client sees where every call fares so, as `shown` writes it. */
  ending(cell: Cell): string
  /** What ends it is a time limit. */
  lasts?: true
  /** Nothing that the complete call would do better. */
  notForStreaming?: true
}

/** What the client sees where only the streaming call fares so, and real stream may heal to pseudo stream. */
export function healedEnding({ ending, notForStreaming }: Fault, cell: Cell): string {
  if (cell.style !== 'real') return 'whole'
  const alone = ending(cell)
  return /^(?:404|50[0-4]) /.test(alone) && !notForStreaming ? 'whole' : alone
}

/** What was written has been read by then, and sent on: all of it happens in this process, turn by turn. */
async function moment(): Promise<void> {
  await pause(20)
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
}

const json = 'content-type: application/json'

/** After the first text in a real stream the status is out: the error goes into the stream. */
const broken =
  (code: string, status = 502) =>
  ({ style }: Cell): string =>
    style === 'real' ? `in-band ${code}` : `${status} ${code}`
const refused = (status: number, code: string) => (): string => `${status} ${code}`
const whole = (): string => 'whole'
/** Bare text may have been cut anywhere, where HTTP does not prove its end; SSE and JSON tell their own. */
const unprovenText =
  (code: string) =>
  ({ kind, style }: Cell): string =>
    kind === 'argo' && style === 'real' ? `in-band ${code}` : 'whole'

/** The upstream as it should be. */
export const noFault: Fault = {
  name: 'nothing wrong',
  play: (socket, answer) => socket.write(chunked(answer)),
  ending: whole,
}

export const faults: readonly Fault[] = [
  noFault,
  { name: 'answers with a content-length', play: (socket, answer) => socket.write(measured(answer)), ending: whole },
  {
    name: 'sends its answer in tiny pieces',
    play: (socket, answer) => trickle(socket, chunked(answer)),
    ending: whole,
  },
  {
    name: 'compresses its answer unasked',
    play: (socket, answer) => socket.write(chunked(gzipped(answer))),
    ending: whole,
  },
  {
    name: 'sends 100 and 103 before its answer',
    play: (socket, answer) =>
      socket.write(
        Buffer.concat([
          head('100 Continue', []),
          head('103 Early Hints', ['link: </x>; rel=preload']),
          chunked(answer),
        ]),
      ),
    ending: whole,
  },
  {
    name: 'sends trailers after its answer',
    play: (socket, answer) => socket.write(chunked(answer, ['trailer: x-checksum'], 'x-checksum: 1\r\n')),
    ending: whole,
  },
  {
    name: 'says a wrong content type',
    play: (socket, answer) => socket.write(chunked({ ...answer, headers: ['content-type: application/octet-stream'] })),
    ending: whole,
  },
  {
    name: 'sends something after its answer',
    async play(socket, answer) {
      socket.write(chunked(answer))
      await moment()
      socket.write('and more')
    },
    ending: whole,
  },
  {
    name: 'closes a kept connection when the next request comes',
    play(socket, answer, { turn }) {
      if (turn > 0) return socket.destroy()
      return socket.write(chunked(answer))
    },
    ending: whole,
  },
  {
    name: 'gives no length and closes after its answer',
    play: (socket, answer) => socket.end(unmeasured(answer)),
    ending: unprovenText('upstream_disconnected'),
  },
  {
    name: 'answers in HTTP/1.0',
    play: (socket, answer) => socket.end(unmeasured(answer, '1.0')),
    ending: unprovenText('upstream_disconnected'),
  },
  {
    name: 'does not end the message after its answer',
    play: (socket, answer) => socket.write(withoutEnd(answer)),
    lasts: true,
    ending: unprovenText('idle_timeout'),
  },
  { name: 'closes without a word', play: (socket) => socket.end(), ending: refused(502, 'upstream_disconnected') },
  {
    name: 'resets the connection without a word',
    play: (socket) => socket.resetAndDestroy(),
    ending: refused(502, 'upstream_disconnected'),
  },
  { name: 'says nothing', play: () => {}, lasts: true, ending: refused(504, 'first_byte_timeout') },
  {
    name: 'sends headers and then nothing',
    play: (socket, { headers }) => socket.write(head('200 OK', [...headers, 'transfer-encoding: chunked'])),
    lasts: true,
    ending: refused(504, 'first_byte_timeout'),
  },
  {
    name: 'closes after its headers',
    play: (socket, { headers }) => socket.end(head('200 OK', [...headers, 'transfer-encoding: chunked'])),
    ending: refused(502, 'upstream_disconnected'),
  },
  {
    name: 'closes within its headers',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-ty'),
    ending: refused(502, 'upstream_disconnected'),
  },
  {
    name: 'closes in mid-answer',
    play: (socket, answer) => afterHalf(socket, chunked(answer), () => socket.end()),
    ending: broken('upstream_disconnected'),
  },
  {
    name: 'resets the connection in mid-answer',
    play: (socket, answer) => afterHalf(socket, chunked(answer), () => socket.resetAndDestroy()),
    ending: broken('upstream_disconnected'),
  },
  {
    name: 'falls silent in mid-answer',
    play: (socket, answer) => afterHalf(socket, chunked(answer), () => {}),
    lasts: true,
    ending: broken('idle_timeout', 504),
  },
  {
    name: 'sends garbage in mid-answer',
    async play(socket, answer) {
      socket.write(withoutEnd({ ...answer, chunks: halfOf(answer.chunks) }))
      await moment()
      socket.write('NOT A CHUNK\r\n')
    },
    ending: broken('upstream_invalid_answer'),
  },
  {
    name: 'says a content-length that is too large',
    play: (socket, answer) => socket.end(measured(answer, 10)),
    ending: unprovenText('upstream_disconnected'),
  },
  {
    name: 'says a content-length that is too small',
    play: (socket, answer) => socket.write(measured(answer, -10)),
    ending: broken('upstream_invalid_answer'),
  },
  {
    name: 'ends the message in mid-answer, as if it were whole',
    async play(socket, answer) {
      const half = { ...answer, chunks: halfOf(answer.chunks) }
      socket.write(withoutEnd(half))
      await moment()
      socket.write(chunked(half).subarray(-'0\r\n\r\n'.length))
    },
    ending({ kind, style }) {
      if (style !== 'real') return '502 upstream_invalid_answer'
      // By HTTP bare text is complete, and nothing else could tell.
      return kind === 'argo' ? 'short' : 'in-band upstream_disconnected'
    },
  },
  {
    name: 'breaks off a compressed answer',
    play: (socket, answer) => {
      const { headers, chunks } = gzipped(answer)
      const half = chunks.map((chunk) => chunk.subarray(0, chunk.length - 12))
      socket.write(chunked({ call: answer.call, headers, chunks: half }))
    },
    ending: broken('upstream_disconnected'),
  },
  {
    name: 'compresses in a way nobody knows',
    play: (socket, answer) =>
      socket.write(chunked({ ...answer, headers: [...answer.headers, 'content-encoding: lzma'] })),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'speaks no HTTP',
    play: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'says two content-lengths',
    play: (socket) => socket.write(head('200 OK', [json, 'content-length: 5', 'content-length: 7'])),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'sends headers without end',
    play: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(200_000)}`),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'switches protocols',
    play: (socket) => socket.write(head('101 Switching Protocols', ['connection: upgrade', 'upgrade: websocket'])),
    ending: refused(502, 'upstream_disconnected'),
  },
  {
    name: 'redirects',
    play: (socket) => socket.write(statusAnswer('302 Found', ['location: https://login.example.org/'], '')),
    ending: refused(502, 'upstream_redirect'),
    notForStreaming: true,
  },
  {
    name: 'answers with a web page',
    play: (socket) => socket.write(statusAnswer('200 OK', ['content-type: text/html'], '<html>Sign in</html>')),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'answers with an empty body',
    play: (socket) => socket.write(statusAnswer('200 OK', [json], '')),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'answers 204',
    play: (socket) => socket.write(head('204 No Content', [])),
    ending: refused(502, 'upstream_invalid_answer'),
  },
  {
    name: 'answers 200 with an error in JSON',
    play: (socket) =>
      socket.write(
        statusAnswer('200 OK', [json], '{"error":{"message":"overheated","type":"server_error","code":null}}'),
      ),
    // As text of ARGO's stream it is what the model said.
    ending: ({ kind, style }) => (kind === 'argo' && style === 'real' ? 'short' : '502 upstream_error'),
  },
  ...(
    [
      [400, 400, 'invalid_request'],
      [401, 401, 'authentication_failed'],
      [404, 404, 'not_found'],
      [429, 429, 'rate_limit_exceeded'],
      [500, 502, 'upstream_error'],
      [503, 503, 'upstream_unavailable'],
    ] as const
  ).map(refusal),
]

function refusal([status, seen, code]: readonly [number, number, string]): Fault {
  const body = JSON.stringify({ error: { message: `because of ${status}`, type: null, param: null, code: null } })
  return {
    name: `answers ${status}`,
    play: (socket) => socket.write(statusAnswer(`${status} Because`, [json], body)),
    ending: refused(seen, code),
  }
}

function halfOf(chunks: readonly Buffer[]): Buffer[] {
  const [only] = chunks
  if (chunks.length === 1 && only) return [only.subarray(0, only.length / 2)]
  return chunks.slice(0, Math.ceil(chunks.length / 2))
}

function withoutEnd(answer: WireAnswer): Buffer {
  return chunked(answer).subarray(0, -'0\r\n\r\n'.length)
}

async function afterHalf(socket: Socket, bytes: Buffer, then: () => void): Promise<void> {
  socket.write(bytes.subarray(0, Math.floor(bytes.length * 0.7)))
  await moment()
  then()
}

/** The headers at once: the clock of the first byte runs. */
async function trickle(socket: Socket, bytes: Buffer): Promise<void> {
  const body = bytes.indexOf('\r\n\r\n') + 5
  socket.write(bytes.subarray(0, body))
  for (let at = body; at < bytes.length; at += 5) {
    await new Promise(setImmediate)
    socket.write(bytes.subarray(at, at + 5))
  }
}
