import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Plugin } from 'argo-proxy'
import { runPlugin } from 'argo-proxy/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const examples = join(root, 'docs', 'examples')
const core = join(root, 'packages', 'core')
const program = join(core, 'bin', 'argo-proxy.js')
const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-plugin-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const install = (target: string, ...names: string[]): void => {
  for (const name of names) {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target === core ? core : join(target, name), path)
  }
}

/** A fresh package, with what the page says and no more. */
beforeAll(async () => {
  copyFileSync(join(examples, 'plugin-package.json'), join(folder, 'package.json'))
  copyFileSync(join(examples, 'plugin-tsconfig.json'), join(folder, 'tsconfig.json'))
  mkdirSync(join(folder, 'src'))
  for (const name of readdirSync(examples).filter((file) => file.endsWith('.ts')))
    copyFileSync(join(examples, name), join(folder, 'src', name))
  const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  install(core, 'argo-proxy')
  install(join(root, 'node_modules'), ...Object.keys(devDependencies).filter((name) => name !== 'argo-proxy'))
  // What the page has one of the examples install besides.
  install(join(core, 'node_modules'), 'through2')
  install(join(root, 'node_modules'), '@types/readable-stream')
  const { stdout } = await run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc')], {
    cwd: folder,
  }).catch(({ stdout: faults }: { stdout: string }) => ({ stdout: faults }))
  expect(stdout).toBe('')
}, 60_000)

async function built(name: string): Promise<Plugin> {
  const module: { default: Plugin } = await import(pathToFileURL(join(folder, 'dist', name)).href)
  return module.default
}

describe('the package of docs/plugins.md', () => {
  test('compiles, and works', async () => {
    const { text } = await runPlugin(await built('redact.js'), { options: { words: ['sled'] }, answer: 'a sled' })
    expect(text).toBe('a ████')
  })

  test('holds what it exports, and no test', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder })
    const files: string[] = [...stdout.matchAll(/"path": "(.*)"/g)].map(([, path = '']) => path)
    expect(files).toEqual(expect.arrayContaining(['dist/redact.js', 'dist/redact.d.ts', 'package.json']))
    expect(files.join()).not.toMatch(/test|src/)
  })

  test('is found by its short name', async () => {
    symlinkSync(folder, join(folder, 'node_modules', 'argo-proxy-plugin-redact'))
    writeFileSync(join(folder, '.argorc'), 'user: me\nplugins: [real-stream, [redact, { words: [sled] }]]\n')
    const { stdout } = await run(process.execPath, [program, 'check'], { cwd: folder })
    expect(stdout).toMatch(/^plugin +argo-proxy-plugin-redact \(1 stage\)$/m)
  })
})

test('the example with through2 types word by word', async () => {
  const answer = ['one tw', 'o  ', 'three']
  const { events, text } = await runPlugin(await built('typing-speed.js'), { answer })
  expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []))).toEqual([
    'one ',
    'tw',
    'o  ',
    'three',
  ])
  expect(text).toBe('one two  three')
})

describe("the README's plugin, in a folder of npm init", () => {
  const code = /^```ts\n\/\/ my-plugin\.ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  const home = join(folder, 'own')

  test.each([
    ['with "type": "module"', 'my-plugin.ts', ['pkg', 'set', 'type=module']],
    ['by the name of a module', 'my-plugin.mts', ['pkg', 'set', 'type=commonjs']],
  ])('is loaded %s', async (_, name, words) => {
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), '{ "name": "own", "type": "commonjs" }')
    await run('npm', words, { cwd: home })
    writeFileSync(join(home, name), code)
    writeFileSync(join(home, '.argorc'), `user: me\nplugins: [real-stream, ./${name}]\n`)
    const { stdout } = await run(process.execPath, [program, 'check'], { cwd: home })
    expect(stdout).toMatch(/^plugin +shout \(1 stage\)$/m)
  })
})
