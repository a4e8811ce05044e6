import { Readable } from 'node:stream'
import type { BrotliDecompress, Gunzip, Inflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { onDemand } from '../../on-demand.ts'
import { type AnswerHeaders, headerOf } from '../../upstreams/passed-headers.ts'

/** An answer's body as a stream, for what needs one: a compressed answer, and the text of an error. */
export class BodyStream extends Readable {
  readonly #controller: Dispatcher.DispatchController

  constructor(controller: Dispatcher.DispatchController) {
    super()
    this.#controller = controller
  }

  override _read(): void {
    this.#controller.resume()
  }

  add(chunk: Buffer): void {
    if (!this.destroyed && !this.push(chunk)) this.#controller.pause()
  }

  end(): void {
    if (!this.destroyed) this.push(null)
  }
}

type Encoding = 'identity' | 'gzip' | 'x-gzip' | 'deflate' | 'br'

/** `undefined`: one that is not known. */
export function encodingOf(headers: AnswerHeaders): Encoding | undefined {
  const encoding = headerOf(headers, 'content-encoding')?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return 'identity'
  return [...decoders.keys()].find((known) => known === encoding)
}

/** A body without its content-encoding. A cut one ends in an `error`, like a broken connection. */
export function decodedBody(body: Readable, encoding: Encoding): Readable {
  const decoder = decoders.get(encoding)?.()
  if (!decoder) return body
  body.on('error', (error) => decoder.destroy(error))
  return body.pipe(decoder)
}

const gunzip = (): Gunzip => onDemand.zlib().createGunzip()

const decoders: ReadonlyMap<Encoding, () => Gunzip | Inflate | BrotliDecompress> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', () => onDemand.zlib().createInflate()],
  ['br', () => onDemand.zlib().createBrotliDecompress()],
])

/** The text of a body, up to a limit of bytes and of milliseconds, or as much of it as came. Never rejects. */
export async function readText(body: Readable, limit: number, patience: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(() => body.destroy(), patience)
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      chunks.push(chunk)
      length += chunk.length
      if (length >= limit) break
    }
  } catch {
    // A cut error body still says something.
  }
  clearTimeout(timer)
  return Buffer.concat(chunks).toString('utf8')
}
