import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { hasCode } from '../config/has-code.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { ProxyError } from '../contract/error.ts'
import type { Logger } from '../contract/exchange.ts'
import { isRecord } from '../record.ts'
import { type Description, describe } from './describe.ts'
import { type EndpointName, exampleRequest } from './example-request.ts'
import { Failure } from './failure.ts'
import type { ConfigFlags } from './flags.ts'
import { loadForCommand } from './load.ts'
import { exit, table, write } from './output.ts'

export interface ExplainFlags extends ConfigFlags {
  endpoint?: EndpointName
  withTools?: true
}

/** `argo-proxy explain`: the pipeline of a request, without sending it. */
export async function explain(file: string | undefined, flags: ExplainFlags): Promise<void> {
  if (file !== undefined && flags.withTools) {
    throw new Failure(2, '--with-tools is for the example: leave it out, and declare tools in the file')
  }
  const request = file === undefined ? undefined : await readRequest(file)
  const endpoint = flags.endpoint ?? endpointOf(request)
  const body = request ?? exampleRequest(endpoint, flags.withTools ?? false)
  const { loaded, log } = await loadForCommand(flags)
  const description = await describeRequest(loaded, log, { endpoint, body })
  for (const line of lines(endpoint, description)) write(line)
  exit(0)
}

/** What a client would be told of its request is here a fault of the file. */
async function describeRequest(
  loaded: LoadedConfig,
  log: Logger,
  asked: { endpoint: EndpointName; body: unknown },
): Promise<Description> {
  try {
    return await describe(loaded, log, asked)
  } catch (error) {
    if (error instanceof ProxyError && error.status < 500) throw new Failure(2, error.message)
    throw error
  }
}

function lines(endpoint: EndpointName, { mode, because, upstreamCall, lane, upstream, pieces }: Description): string[] {
  const facts = [
    ['endpoint', endpoint],
    ['mode', `${mode}, because ${because}`],
    ['upstream', `${upstreamCall} call to ${upstream}`],
    ['lane', lane === 'bytes' ? 'bytes: they pass untouched' : 'events'],
  ]
  const rows = pieces.map(({ name, owner, slot }, index) => [`${index + 1}.`, name, owner, slot])
  return [...table(facts), '', ...table([['', 'stream', 'owner', 'slot'], ...rows])]
}

async function readRequest(file: string): Promise<unknown> {
  let source: string
  try {
    source = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(
      hasCode(error, 'ENOENT') || hasCode(error, 'EISDIR') ? 2 : 1,
      `the request cannot be read (${reason}): name a JSON file that is there, or - for the standard input`,
    )
  }
  try {
    // Editors of Windows put a mark before it.
    return JSON.parse(source.replace(/^\uFEFF/, ''))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(2, `${file} is not JSON (${reason}): write the request's body as a client would send it`)
  }
}

/** By the one field that only this endpoint has. */
function endpointOf(body: unknown): EndpointName {
  if (!isRecord(body) || 'messages' in body) return 'chat-completions'
  if ('input' in body) return 'responses'
  return 'prompt' in body ? 'completions' : 'chat-completions'
}
