import { StringDecoder } from 'node:string_decoder'
import type { Emit, StreamEvent } from '../../contract/event.ts'
import type { Decoder } from '../../contract/upstream.ts'
import { accountError, compareWithNotice } from './account-notice.ts'

/** Characters of the notice that are kept: enough for the error's message. */
const longestNotice = 4_096

/**
 * ARGO's stream: bare text, whose chunks may end inside a character. One `text-delta` for each chunk. The wire has no
 * terminal event: whether the answer is whole, its HTTP message tells.
 *
 * The beginning is held back only for as long as it could be the notice to unknown accounts. Bytes that are no UTF-8
 * become U+FFFD.
 */
export function decodeText(model: string): Decoder {
  const characters = new StringDecoder('utf8')
  let state: 'watching' | 'flowing' | 'notice' = 'watching'
  let held = ''

  function take(text: string, emit: Emit<StreamEvent>): void {
    if (text === '') return
    if (state === 'flowing') return emit({ type: 'text-delta', choice: 0, delta: text })
    held += text
    if (state === 'notice') {
      if (held.length > longestNotice) held = held.slice(0, longestNotice)
      return
    }
    const compared = compareWithNotice(held)
    if (compared === 'notice') state = 'notice'
    if (compared === 'other') release(emit)
  }

  function release(emit: Emit<StreamEvent>): void {
    state = 'flowing'
    emit({ type: 'start', id: '', model, created: Math.floor(Date.now() / 1000) })
    emit({ type: 'text-delta', choice: 0, delta: held })
    held = ''
  }

  return {
    write: (chunk, emit) => take(characters.write(chunk), emit),
    end(emit) {
      take(characters.end(), emit)
      if (state === 'notice') emit({ type: 'error', error: accountError(held) })
      else if (held !== '') release(emit)
    },
  }
}
