import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadedModules } from './support/loaded-modules.ts'

const run = promisify(execFile)
const packages = join(import.meta.dirname, '..', 'packages')
const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-installed-'))
const children: ReturnType<typeof spawn>[] = []

const shout = `
import { definePlugin } from 'argo-proxy'
export default definePlugin({
  name: 'shout',
  apiVersion: 1,
  setup: () => ({
    stages: [{
      slot: 'events',
      step: () => ({
        write: (event, emit) => emit(event.type === 'text-delta' ? { ...event, delta: event.delta.toUpperCase() } : event),
      }),
    }],
  }),
})
`

beforeAll(async () => {
  const tarballs = join(folder, 'tarballs')
  mkdirSync(tarballs)
  for (const name of readdirSync(packages)) {
    await run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', tarballs], { cwd: join(packages, name) })
  }
  const third = join(folder, 'third')
  mkdirSync(third)
  writeFileSync(
    join(third, 'package.json'),
    JSON.stringify({
      name: 'argo-proxy-plugin-shout',
      version: '1.0.0',
      type: 'module',
      exports: { default: './index.js' },
      keywords: ['argo-proxy-plugin'],
      peerDependencies: { 'argo-proxy': '*' },
    }),
  )
  writeFileSync(join(third, 'index.js'), shout)
  await run('npm', ['pack', '--pack-destination', tarballs], { cwd: third })
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{"private": true}')
  const files = readdirSync(tarballs).map((file) => join(tarballs, file))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files], { cwd: app })
}, 180_000)

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the installed program in the app's folder, and gives its URL. */
async function start(argorc: string, ...flags: string[]): Promise<string> {
  const app = join(folder, 'app')
  writeFileSync(join(app, '.argorc'), argorc)
  const bin = join(app, 'node_modules', '.bin', 'argo-proxy')
  const child = spawn(process.execPath, [bin, 'start', '--demo', '--port', '0', ...flags], { cwd: app })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  for await (const chunk of child.stdout) {
    const ready = /argo-proxy listening on (\S+)/.exec(String(chunk))
    if (ready?.[1]) return ready[1]
  }
  throw new Error(`argo-proxy did not start: ${errors}`)
}

async function streamedText(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  })
  const frames = (await response.text()).match(/(?<=^data: )\{.*$/gm) ?? []
  return frames.map((frame) => JSON.parse(frame).choices[0].delta.content ?? '').join('')
}

test("a third party's package, named in .argorc, changes the stream", async () => {
  const text = await streamedText(await start('plugins: [real-stream, pseudo-stream, tools, shout]\n'))
  expect(text).toContain('CANNED ANSWER')
})

test('so does a local TypeScript file', async () => {
  const local = shout.replace("name: 'shout'", "name: 'local' as string").replace('toUpperCase', 'toLowerCase')
  writeFileSync(join(folder, 'app', 'my-plugin.ts'), local)
  const text = await streamedText(await start('plugins: [real-stream, ./my-plugin.ts]\n'))
  expect(text).toContain('this is a **canned answer**')
})

test('so do several workers: their program is a file of the bundle', async () => {
  const text = await streamedText(await start('plugins: [real-stream, shout]\n', '--workers', '2'))
  expect(text).toContain('CANNED ANSWER')
})

test("the program knows its plugins' errors: they share one 'argo-proxy'", async () => {
  const refusing = `
import { definePlugin, proxyError } from 'argo-proxy'
export default definePlugin({
  name: 'refusing',
  apiVersion: 1,
  setup: () => ({ rewrite: () => { throw proxyError('too_many_requests', 'Not today.') } }),
})
`
  writeFileSync(join(folder, 'app', 'refusing.ts'), refusing)
  const url = await start('plugins: [real-stream, ./refusing.ts]\n')
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] })
  const { status } = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
  expect(status).toBe(429)
})

test('a start reads few files, all of them ours', async () => {
  const app = join(folder, 'app')
  writeFileSync(join(app, '.argorc'), 'plugins: [real-stream, pseudo-stream, tools]\n')
  const bin = join(app, 'node_modules', '.bin', 'argo-proxy')
  const start = await loadedModules(bin, ['start', '--quiet', '--port', '0'], app)
  expect(start.files.filter((url) => !/\/node_modules\/@?argo-proxy\//.test(url))).toEqual([])
  expect(start.files.length).toBeLessThanOrEqual(15)
  expect(start.internal.filter((name) => /undici|^tls$|^https$|^crypto$|^zlib$/.test(name))).toEqual([])
  const help = await loadedModules(bin, ['--help'], app)
  expect(help.files.length).toBeLessThanOrEqual(4)
})

test('what a start calls is compiled with its file', () => {
  const chunks = join(folder, 'app', 'node_modules', 'argo-proxy', 'bundle', 'chunks')
  const code = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'))
  for (const name of ['createProgram', 'loadConfig', 'parseYaml', 'setUpPlugins']) {
    expect(code.join('\n')).toMatch(new RegExp(`^var ${name} = \\((?:async )?function`, 'm'))
  }
})

test('what is bundled is there with its licence', () => {
  const bundle = join(folder, 'app', 'node_modules', 'argo-proxy', 'bundle')
  const licenses = readFileSync(join(bundle, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  const names = ['commander', 'cosmiconfig', 'env-paths', 'fastest-levenshtein', 'yaml', 'zod']
  expect([...licenses.matchAll(/^([\w-]+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name)).toEqual(names)
})

test('the test kit is there', async () => {
  const script = "console.log(typeof (await import('argo-proxy/testing')).startArgoGateway)"
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(folder, 'app'),
  })
  expect(stdout.trim()).toBe('function')
})
