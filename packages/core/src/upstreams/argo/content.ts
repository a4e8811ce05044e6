import type { ProxyError } from '../../contract/error.ts'
import type { Content, ContentPart, UserMessage } from '../../contract/request.ts'
import { proxyError } from '../../errors.ts'
import { type LongText, longTextOf } from '../../wire/long-texts.ts'
import { textOfFile } from './file-text.ts'
import type { ArgoMessage } from './messages.ts'

/** Text of a content, whatever its form; ARGO wants strings. `place` is where it stands, for the error of other parts. */
export function textOfContent(content: Content | null, place: string): string {
  if (content === null) return ''
  if (typeof content === 'string') return content
  return content.map((part, index) => textOfPart(part, `${place}[${index}]`)).join('\n\n')
}

/** The same of a message; as the client wrote it where it is one long text. */
export function writeText(message: { content: Content | null }, place: string): string | LongText {
  const whole = longTextOf(message, 'content')
  if (whole) return whole
  const { content } = message
  const [only] = Array.isArray(content) && content.length === 1 ? content : []
  return (only && longTextOf(only, 'text')) ?? textOfContent(content, place)
}

/** A user's content: a string, or OpenAI's parts where there are images among them. */
export function writeUserContent(message: UserMessage, place: string, images: boolean): ArgoMessage['content'] {
  if (longTextOf(message, 'content') || !hasImages(message.content)) return writeText(message, place)
  return message.content.map((part, index) => {
    const partPlace = `${place}[${index}]`
    if (part.type !== 'image') return { type: 'text', text: longTextOf(part, 'text') ?? textOfPart(part, partPlace) }
    if (!images) throw unsupportedPart(partPlace, 'This model takes no images: leave it out, or choose another model.')
    const long = longTextOf(part, 'url')
    if (!/^data:image\/[\w.+-]+;base64,/i.test(long?.beginning(longestMediaType).text ?? part.url)) {
      throw unsupportedPart(`${partPlace}.image_url.url`, 'ARGO fetches no images: send it as a data: URL with base64.')
    }
    const url = long ?? part.url
    return { type: 'image_url', image_url: part.detail ? { url, detail: part.detail } : { url } }
  })
}

const longestMediaType = 256

function hasImages(content: Content): content is ContentPart[] {
  return typeof content !== 'string' && content.some(({ type }) => type === 'image')
}

function textOfPart(part: ContentPart, place: string): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'refusal':
      return part.refusal
    case 'image':
      throw unsupportedPart(place, 'Only messages of the user may hold images: leave it out.')
    case 'other': {
      const text = textOfFile(part.value)
      if (text !== undefined) return text
      const type = String(part.value.type)
      const remedy = type === 'file' ? 'send a file of text, or its text' : 'leave it out'
      throw unsupportedPart(place, `ARGO's wire cannot carry content of type \`${type}\` that is no text: ${remedy}.`)
    }
  }
}

function unsupportedPart(param: string, message: string): ProxyError {
  return proxyError('unsupported_value', message, { param })
}
