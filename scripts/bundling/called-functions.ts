import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { OutputChunk } from 'rolldown'
import { functionsOf } from './functions-of.ts'

/** Of each chunk, by its name: which of its functions were called, counted from its beginning. */
export type CalledFunctions = ReadonlyMap<string, ReadonlySet<number>>

/** What V8 writes of the functions that were called. */
interface Coverage {
  result: { url: string; functions: { ranges: { startOffset: number; count: number }[] }[] }[]
}

const usual = `
user: nobody
port: 44497
upstream: { kind: argo, base_url: http://127.0.0.1:9 }
limits: { exchanges: 1000 }
plugins: [real-stream, [pseudo-stream, { delay: 0 }], tools]
`

/** Runs `argo-proxy check` of a bundle: all that a start does before it listens. */
export function calledFunctions(program: string, chunks: readonly OutputChunk[]): CalledFunctions {
  const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-called-'))
  try {
    const config = join(folder, 'argo.yaml')
    writeFileSync(config, usual)
    const written = join(folder, 'coverage')
    execFileSync(process.execPath, [program, 'check', '--config', config], {
      env: { ...process.env, NODE_V8_COVERAGE: written, XDG_CACHE_HOME: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const coverage: Coverage = JSON.parse(readFileSync(join(written, readdirSync(written)[0] ?? ''), 'utf8'))
    return new Map(chunks.flatMap((chunk) => calledIn(chunk, coverage)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function calledIn({ name, fileName, code }: OutputChunk, { result }: Coverage): [string, Set<number>][] {
  const script = result.find(({ url }) => basename(url) === basename(fileName))
  const starts = new Set(
    script?.functions.flatMap(({ ranges: [whole] }) => (whole && whole.count > 0 ? whole.startOffset : [])),
  )
  const called = functionsOf(code).flatMap(({ start }, index) => (starts.has(start) ? index : []))
  return called.length > 0 ? [[name, new Set(called)]] : []
}
