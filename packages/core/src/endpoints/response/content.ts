import type { Content, ContentPart } from '../../contract/request.ts'
import { proxyError } from '../../errors.ts'
import { carryLongText, longTextOf } from '../../wire/long-texts.ts'
import { notOneOf, wrongType } from '../parse/fault.ts'
import { type Fields, readCarriedString, readOptionalString, readRecord, readString } from '../parse/fields.ts'

const partTypes = ['input_text', 'input_image', 'input_file', 'input_audio', 'output_text', 'refusal']

/** The content of a message or of a tool's output, in the form of Responses. */
export function readResponseContent(value: unknown, param: string): Content {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((part: unknown, index) => readPart(part, `${param}[${index}]`))
  throw wrongType(param, 'one of a string or an array of objects', value)
}

function readPart(value: unknown, path: string): ContentPart {
  const part = readRecord(value, path)
  switch (readString(part, 'type', path)) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return carryLongText(part, 'text', {
        type: 'text',
        text: readCarriedString(part, 'text', path),
      })
    case 'refusal':
      return { type: 'refusal', refusal: readString(part, 'refusal', path) }
    case 'input_image':
      return readImage(part, path)
    case 'input_file':
      return readFile(part, path)
    case 'input_audio':
      return { type: 'other', value: { type: 'input_audio', input_audio: part.input_audio } }
    default:
      throw notOneOf(`${path}.type`, part.type, partTypes)
  }
}

function readImage(part: Fields, path: string): ContentPart {
  const detail = readOptionalString(part, 'detail', path)
  if (longTextOf(part, 'image_url'))
    return carryLongText(part, 'image_url', { type: 'image', url: '', ...(detail && { detail }) }, 'url')
  const url = readOptionalString(part, 'image_url', path)
  if (url === undefined && typeof part.file_id === 'string') throw cannotFetch(`${path}.file_id`, "'image_url'")
  return { type: 'image', url: url ?? readString(part, 'image_url', path), ...(detail && { detail }) }
}

function readFile(part: Fields, path: string): ContentPart {
  if (typeof part.file_url === 'string') throw cannotFetch(`${path}.file_url`, "'file_data'")
  const { file_data, file_id, filename } = part
  return { type: 'other', value: { type: 'file', file: { file_data, file_id, filename } } }
}

function cannotFetch(param: string, instead: string): ReturnType<typeof proxyError> {
  return proxyError('unsupported_parameter', `'${param}' is not supported: send the content itself as ${instead}.`, {
    param,
  })
}

/** The text of a reasoning item: the reasoning itself, else its summary. */
export function readReasoning(item: Fields): string {
  return textOf(item.content) || textOf(item.summary)
}

function textOf(parts: unknown): string {
  if (!Array.isArray(parts)) return ''
  return parts
    .map((part: unknown) => (typeof part === 'object' && part !== null && 'text' in part ? part.text : ''))
    .filter((text) => typeof text === 'string')
    .join('\n\n')
}
