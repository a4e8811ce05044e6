import { isUtf8 } from 'node:buffer'
import { isRecord } from '../../record.ts'
import type { JsonObject } from '../json.ts'

const dataUrl = /^data:[^,]{0,200};base64,/i
/** Characters that no text holds: of a PDF, an archive, a picture. */
const binary = /[^\P{Cc}\t\n\r\f]/u

/**
 * A file of the client (`{ type: 'file', file: { filename, file_data } }`, base64 with or without `data:`) as words, which
 * is all that ARGO's wire carries; `undefined` where it is no text, or names a file that is stored elsewhere.
 */
export function textOfFile({ type, file }: JsonObject): string | undefined {
  if (type !== 'file' || !isRecord(file) || typeof file.file_data !== 'string') return undefined
  const bytes = Buffer.from(file.file_data.replace(dataUrl, ''), 'base64')
  if (bytes.length === 0 || !isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  if (binary.test(text)) return undefined
  return typeof file.filename === 'string' ? `[File ${file.filename}]\n${text}` : text
}
