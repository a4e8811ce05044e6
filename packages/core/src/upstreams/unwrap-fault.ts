import { isRecord } from '../record.ts'
import { type JsonObject, parseJson } from './json.ts'
import { parsePythonLiteral } from './python-literal.ts'

/** What an upstream's answer says about a fault, taken out of every wrapping. */
export interface UpstreamFault {
  message?: string
  code?: string
  param?: string
  /** The vendor's word for the kind: `invalid_request_error`, `overloaded_error`, `BadRequestError`. */
  type?: string
  /** The status of the innermost error, where the text names one. */
  status?: number
}

const deepest = 16

/**
 * Finds the innermost message: gateways put the vendor's error, as JSON or as Python text, into the message of their
 * own: `{"error": {"message": "Error code: 400 - {'error': {'message': ...}}"}}`.
 */
export function unwrapFault(body: string): UpstreamFault {
  return fromText(body.trim(), deepest)
}

function fromText(text: string, depth: number): UpstreamFault {
  const [, status, inner] = /^(?:Error code: (\d{3}) - )?([[{][\s\S]*)$/.exec(text) ?? []
  const value = inner === undefined || depth === 0 ? undefined : (parseJson(inner) ?? parsePythonLiteral(inner))
  const fault = value === undefined ? {} : fromValue(value, depth - 1)
  if (fault.message === undefined) return { ...fault, message: summary(text) }
  return status === undefined ? fault : { status: Number(status), ...fault }
}

function fromValue(value: unknown, depth: number): UpstreamFault {
  if (Array.isArray(value)) return value.length > 0 ? fromValue(value[0], depth) : {}
  if (!isRecord(value)) return typeof value === 'string' && value !== '' ? fromText(value, depth) : {}
  const own = ownFields(value)
  for (const field of ['error', 'message', 'detail', 'errors', 'msg', 'error_message', 'title']) {
    const inner = depth > 0 ? fromValue(value[field], depth - 1) : {}
    // The innermost word wins: it is the vendor's, and the outer ones are the gateway's.
    if (inner.message !== undefined) return { ...own, ...inner }
  }
  return own
}

function ownFields({ code, param, type, loc, status }: JsonObject): UpstreamFault {
  const fault: UpstreamFault = {}
  if (typeof code === 'string' && code !== '' && code !== 'internal_error') fault.code = code
  if (typeof param === 'string' && param !== '') fault.param = param
  if (typeof type === 'string' && type !== 'error') fault.type = type
  // FastAPI's place of a fault: ["body", "messages", 0].
  if (Array.isArray(loc)) fault.param = loc.filter((part) => part !== 'body').join('.')
  for (const number of [status, code]) {
    if (typeof number === 'number' && number >= 400 && number < 600) fault.status = number
  }
  return fault
}

const longest = 1_000
/** Characters of a page that are looked at: its heading stands near its beginning. */
const looked = 16 * 1024

/** A page or a text in one short line. */
function summary(page: string): string | undefined {
  const text = page.slice(0, looked)
  const heading = /<(title|h1)[^>]*>([\s\S]*?)<\/\1>/i.exec(text)?.[2]
  const visible = (heading ?? text).replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replace(/<[a-z!/][^>]*>/gi, ' ')
  const line = visible.replace(/\s+/g, ' ').trim()
  if (line === '') return undefined
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
