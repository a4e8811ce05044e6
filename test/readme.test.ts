import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Plugin } from 'argo-proxy'
import { runPlugin } from 'argo-proxy/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../packages/core/dist/config/load.js'
import { startRig, type TestRig } from './support/upstreams.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

interface CodeBlock {
  language: string
  code: string
  heading: string
}

function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+).*\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    heading: markdown.slice(0, index).match(/^#+ .*$(?![\s\S]*^##)/m)?.[0] ?? '',
  }))
}

const blocks = codeBlocks(readme)
const find = (language: string, word: string): string => {
  const found = blocks.find((block) => block.language === language && block.code.includes(word))
  return found ? found.code : expect.fail(`README.md has no ${language} block with ${word}`)
}

let rig: TestRig
/** Where the examples find the packages that they import. */
const modules = mkdtempSync(join(import.meta.dirname, 'node_modules', '.readme-'))
const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-readme-'))
beforeAll(async () => {
  rig = await startRig('argo')
})
afterAll(async () => {
  await rig.close()
  for (const path of [folder, modules]) rmSync(path, { recursive: true, force: true })
})

/** The example as it stands, but for the port. */
const atRig = (code: string): string => code.replaceAll('http://127.0.0.1:44497', rig.proxy.url)

test('the two commands are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(find('sh', 'npm run demo').trim()).toBe('npm run demo')
  expect(find('sh', 'npm test').trim()).toBe('npm test')
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']))
})

const corePackage = join(root, 'packages', 'core')
const coreReadme = readFileSync(join(corePackage, 'README.md'), 'utf8')

test('Node.js of one version is asked for everywhere', () => {
  const { engines } = JSON.parse(readFileSync(join(corePackage, 'package.json'), 'utf8'))
  const [, version = '', major = '', minor = ''] = /^>=((\d+)\.(\d+))$/.exec(engines.node) ?? []
  for (const text of [readme, coreReadme]) expect(text).toContain(`Node.js ${version} or newer`)
  const bin = readFileSync(join(corePackage, 'bin', 'argo-proxy.js'), 'utf8')
  expect(bin).toContain(`major < ${major} || (major === ${major} && minor < ${minor})`)
  expect(bin).toContain(`needs Node.js ${version} or newer`)
})

test("what the package's README names is exported", async () => {
  const names = (module: string): string[] => {
    const [, list = ''] = new RegExp(`^- \`${module}\`: (.*(?:\\n  .*)*)`, 'm').exec(coreReadme) ?? []
    return [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  }
  expect(names('argo-proxy')).toHaveLength(4)
  expect(Object.keys(await import('argo-proxy'))).toEqual(expect.arrayContaining(names('argo-proxy')))
  expect(Object.keys(await import('argo-proxy/testing'))).toEqual(expect.arrayContaining(names('argo-proxy/testing')))
})

describe('configurations', () => {
  const examples = [
    ...blocks.filter(({ language, code }) => language === 'yaml' && code.includes('# .argorc')),
    ...codeBlocks(coreReadme).filter(({ language }) => language === 'yaml'),
  ]
  test.each(examples)('$heading', async ({ code }) => {
    const file = join(folder, '.argorc')
    writeFileSync(file, code)
    const { config } = await loadConfig({ cwd: folder, environment: { MY_SERVER_KEY: 'key' }, flags: [] })
    expect(config.plugins.length).toBeGreaterThan(0)
  })
  test('there are some', () => expect(examples.length).toBeGreaterThan(4))
})

test('the plugin', async () => {
  const file = join(modules, 'plugin.mjs')
  writeFileSync(file, find('ts', 'definePlugin'))
  const module: { default: Plugin } = await import(pathToFileURL(file).href)
  expect((await runPlugin(module.default, { answer: 'quiet' })).text).toBe('QUIET')
})

test('curl', async () => {
  const { stdout } = await run('sh', ['-c', atRig(find('sh', 'curl -N'))])
  expect(stdout).toMatch(/^data: \{.*\n\n/)
  expect(stdout).toMatch(/data: \[DONE\]\n\n$/)
})

test('the OpenAI SDK for Node', async () => {
  const file = join(modules, 'sdk.mjs')
  writeFileSync(file, atRig(find('ts', "from 'openai'")))
  const { stdout } = await run(process.execPath, [file])
  expect(stdout).toContain('canned answer')
})

const python = ((): string | undefined => {
  try {
    execFileSync('python3', ['-c', 'import openai'], { stdio: 'ignore' })
    return 'python3'
  } catch {
    return undefined
  }
})()

test.skipIf(!python)('the OpenAI SDK for Python (skipped where python3 has no openai package)', async () => {
  const { stdout } = await run('python3', ['-c', atRig(find('python', 'OpenAI('))])
  expect(stdout).toContain('canned answer')
})

test('the configurations of the agents are those that the agents were run with', () => {
  const clients = readFileSync(join(root, 'docs', 'clients.md'), 'utf8')
  for (const code of [find('json', 'openai-compatible'), find('yaml', 'apiBase')]) expect(clients).toContain(code)
})
