import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LoadedModules {
  /** The URLs of those that are files. */
  files: string[]
  /** Of Node: as in `internal/deps/undici/undici`. */
  internal: string[]
}

/** Writes the list when the program ends, or when it says that it listens: what is loaded after that costs no start. */
const hook = `import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
const urls = []
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context) } })
const tell = () => writeFileSync(process.env.MODULES_FILE, JSON.stringify({ urls, internal: process.moduleLoadList }))
process.on('exit', tell)
const write = process.stdout.write
process.stdout.write = function (text, ...more) {
  if (String(text).includes('listening on')) process.exit(0)
  return write.call(process.stdout, text, ...more)
}
`

/** What a run of a program has loaded when it ends, or when it listens. `folder`: where it runs, and may write. */
export async function loadedModules(program: string, args: readonly string[], folder: string): Promise<LoadedModules> {
  const hookFile = join(folder, 'list-modules.mjs')
  const listFile = join(folder, 'modules.json')
  writeFileSync(hookFile, hook)
  const environment = { ...process.env, MODULES_FILE: listFile, XDG_CACHE_HOME: folder, NODE_OPTIONS: '' }
  const child = spawn(process.execPath, ['--import', hookFile, program, ...args], { cwd: folder, env: environment })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.resume()
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) throw new Error(errors)
  const { urls, internal }: { urls: string[]; internal: string[] } = JSON.parse(readFileSync(listFile, 'utf8'))
  return {
    files: urls.filter((url) => url.startsWith('file:')),
    internal: internal.map((name) => name.replace(/^NativeModule /, '')),
  }
}
