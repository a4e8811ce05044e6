import type { Content, ContentPart } from '../../contract/request.ts'
import { carryLongText } from '../../wire/long-texts.ts'
import { wrongType } from './fault.ts'
import { readCarriedString, readOptionalString, readRecord, readString, unknownFields } from './fields.ts'

const knownOfText = new Set(['type', 'text'])
const knownOfImage = new Set(['type', 'image_url'])

/** The content of a message of Chat Completions: a string, or an array of parts. */
export function readContent(value: unknown, param: string): Content {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((part: unknown, index) => readPart(part, `${param}[${index}]`))
  throw wrongType(param, 'one of a string or an array of objects', value)
}

function readPart(value: unknown, path: string): ContentPart {
  const part = readRecord(value, path)
  switch (readString(part, 'type', path)) {
    case 'text':
      return carryLongText(part, 'text', {
        type: 'text',
        text: readCarriedString(part, 'text', path),
        ...withExtra(unknownFields(part, knownOfText)),
      })
    case 'refusal':
      return { type: 'refusal', refusal: readString(part, 'refusal', path) }
    case 'image_url': {
      const image = readRecord(part.image_url, `${path}.image_url`)
      const detail = readOptionalString(image, 'detail', `${path}.image_url`)
      const url = readCarriedString(image, 'url', `${path}.image_url`)
      const extra = withExtra(unknownFields(part, knownOfImage))
      return carryLongText(image, 'url', { type: 'image', url, ...(detail && { detail }), ...extra })
    }
    default:
      return { type: 'other', value: part }
  }
}

export function withExtra(extra: Record<string, unknown> | undefined): { extra?: Record<string, unknown> } {
  return extra ? { extra } : {}
}
