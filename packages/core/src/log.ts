import type { transports, Logger as Winston } from 'winston'
import type { Logger } from './contract/exchange.ts'
import { lineBatch } from './line-batch.ts'
import { memoize } from './memoize.ts'
import { lazy, onDemand } from './on-demand.ts'
import { hiding, isSecretName, mask, redact, redactText } from './redact.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

export interface LoggerOptions {
  level: LogLevel
  /** Where the lines go; the standard error output by default, so that standard output stays for the ready line. */
  stream?: NodeJS.WritableStream
  /** Stand in every line: which worker it is. */
  fields?: Readonly<Record<string, unknown>>
}

/** A logger that a new configuration may change. */
export interface AdjustableLogger extends Logger {
  setLevel(level: LogLevel): void
  /** Texts that must never be shown from now on, whatever they look like: the upstream's key. */
  hide(secrets: readonly string[]): void
}

/**
 * A logger that writes one line for each record, without secrets: `time level message key=value`. A level that is not
 * wanted costs an empty function call.
 */
export function createLogger({ level, stream = standardError(), fields }: LoggerOptions): AdjustableLogger {
  const secrets = new Set<string>()
  let hide = hiding(secrets)
  let winston: Winston | undefined
  const create = (): Winston => {
    const { createLogger: createWinston, format } = onDemand.winston()
    return createWinston({
      // What is not wanted never comes here.
      level: 'debug',
      format: format.printf((record) => hide(line(record, fields))),
      transports: [createTransport(stream)],
    })
  }
  const write = (at: LogLevel, lowest: LogLevel): Logger[LogLevel] => {
    if (levels.indexOf(at) > levels.indexOf(lowest)) return () => {}
    return (message, detail) => {
      winston ??= create()
      // winston merges a second argument into the record, where `message` or `level` of it would overwrite ours.
      winston.log({ level: at, message, detail })
    }
  }
  const logger: AdjustableLogger = {
    error: write('error', level),
    warn: write('warn', level),
    info: write('info', level),
    debug: write('debug', level),
    setLevel(lowest) {
      for (const at of levels) logger[at] = write(at, lowest)
    },
    hide(more) {
      for (const secret of more) secrets.add(secret)
      hide = hiding(secrets)
    },
  }
  return logger
}

/** One for the process: it waits for the end of it. */
const standardError = lazy(() => lineBatch(process.stderr))

/** Under which winston keeps the line of a record (triple-beam). */
const lineOf = Symbol.for('message')

/** Writes winston's lines to a stream. Its own transport takes another turn of the event loop for each. */
function createTransport(stream: NodeJS.WritableStream): transports.StreamTransportInstance {
  class LineTransport extends onDemand.winston().transports.Stream {
    override log(record: Record<symbol, unknown>, next: () => void): void {
      stream.write(`${record[lineOf]}\n`)
      next()
    }
  }
  return new LineTransport({ stream })
}

function line(
  record: { level: string; message?: unknown; detail?: unknown },
  always: Readonly<Record<string, unknown>> = {},
): string {
  const { level, message } = record
  const detail = isDetail(record.detail) ? { ...record.detail, ...always } : always
  let text = `${timestamp()} ${level.padEnd(5)} ${redactText(printable(String(message)))}`
  for (const name in detail) text += field(name, detail[name], level)
  return text
}

/** When the second of the last line began, in milliseconds, and that as text, with the point behind it. */
let second = 0
let secondText = ''

/** As `toISOString`, which takes more than half a microsecond. */
function timestamp(): string {
  const now = Date.now()
  const milliseconds = now % 1000
  if (now - milliseconds !== second) {
    second = now - milliseconds
    secondText = new Date(second).toISOString().slice(0, -'000Z'.length)
  }
  return `${secondText}${String(milliseconds).padStart(3, '0')}Z`
}

/** The names of fields are few, and come again with each record. */
const isSecretField = memoize(4 * 1024, isSecretName)

function field(name: string, value: unknown, level: string): string {
  if (value === undefined) return ''
  if (isSecretField(name)) return ` ${name}=${mask}`
  // A stack helps only who looks for the cause of an error of the program itself.
  if (value instanceof Error && level === 'debug') return ` ${name}=${quoted(redactText(value.stack ?? value.message))}`
  const shown = redact(value)
  return ` ${name}=${typeof shown === 'string' ? quoted(shown) : (JSON.stringify(shown) ?? String(shown))}`
}

function quoted(text: string): string {
  return /^[\w.:/@%+,*-]+$/.test(text) ? text : JSON.stringify(text)
}

const unprintable = /[\p{Cc}\u2028\u2029]/u
const everyUnprintable = new RegExp(unprintable, 'gu')

/** One record is one line, and cannot steer the terminal: a model's name comes from a client. */
function printable(text: string): string {
  if (!unprintable.test(text)) return text
  return text.replace(everyUnprintable, (character) => JSON.stringify(character).slice(1, -1).replace('\u007f', '?'))
}

function isDetail(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
