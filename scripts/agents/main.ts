import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startRig } from '../../test/support/upstreams.ts'
import type { Agent } from './agent.ts'
import { agents } from './agents.ts'
import { install, programs } from './install.ts'
import { type ProgramRun, runProgram } from './run-program.ts'
import { brokenAnswer, fileName, scriptedReply, secret } from './scripted-model.ts'
import { type Setup, setups, type Task } from './tasks.ts'

const documentedURL = 'http://127.0.0.1:44497/v1'
const page = readFileSync(join(import.meta.dirname, '../../docs/clients.md'), 'utf8')

const wanted = process.argv.slice(2)
const chosen = agents.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)))
if (chosen.length === 0) {
  console.error(`Name some of: ${agents.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
install([...new Set(chosen.map((agent) => agent.package))])

const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-agents-'))
const workspace = join(folder, 'workspace')
mkdirSync(workspace)
writeFileSync(join(workspace, fileName), `${secret}\n`)

let failures = 0
console.log(['agent', 'upstream', 'mode', 'task', 'seconds', 'result'].map(padded).join(''))
try {
  for (const agent of chosen) for (const setup of setups) await runSetup(agent, setup)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(failures === 0 ? '\nAll of it worked.' : `\n${failures} failed.`)
process.exitCode = failures === 0 ? 0 : 1

async function runSetup(agent: Agent, { kind, mode, tasks }: Setup): Promise<void> {
  const rig = await startRig(
    kind,
    {
      real_stream: mode !== 'pseudo',
      plugins: ['real-stream', 'pseudo-stream', ['tools', { live: mode === 'live' }]],
    },
    { reply: (request) => scriptedReply(request, workspace), answer: brokenAnswer },
  )
  try {
    for (const task of tasks) {
      const home = furnishHome(agent, rig.baseURL)
      const run = await runTask(agent, task, home)
      rmSync(home, { recursive: true, force: true })
      report(agent, kind, mode, task, run)
    }
  } finally {
    await rig.close()
  }
}

/** A home folder of its own, with the documented configuration that points at this proxy. */
function furnishHome({ documentedFile, adapt, files }: Agent, baseURL: string): string {
  const home = mkdtempSync(join(folder, 'home-'))
  const documented = documentedText(documentedFile).replace(documentedURL, baseURL)
  const all = { ...files, [documentedFile.replace('~/', '')]: adapt ? adapt(documented) : documented }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  return home
}

function documentedText(file: string): string {
  const fence = page.split('\n```').find((block) => block.split('\n', 1)[0]?.endsWith(`file=${file}`))
  if (fence === undefined) throw new Error(`docs/clients.md shows no ${file}.`)
  return fence.slice(fence.indexOf('\n') + 1)
}

function runTask(agent: Agent, task: Task, home: string): Promise<ProgramRun> {
  // A closed port: what is not on this machine cannot be reached.
  const nowhere = 'http://127.0.0.1:9'
  const environment = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    TERM: 'dumb',
    NO_COLOR: '1',
    DO_NOT_TRACK: '1',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1,localhost',
    ...agent.environment,
  }
  return runProgram(join(programs, agent.program), agent.arguments(task.prompt, home), {
    folder: workspace,
    environment,
    limit: task.limit,
    pattern: task.expected,
  })
}

function report(agent: Agent, kind: string, mode: string, task: Task, run: ProgramRun): void {
  const worked = run.seenAt !== undefined && (run.code === 0 || !task.succeeds)
  const seconds = ((run.seenAt ?? run.milliseconds) / 1000).toFixed(1)
  console.log([agent.name, kind, mode, task.name, seconds, worked ? 'ok' : 'FAILED'].map(padded).join(''))
  if (worked) return
  failures += 1
  console.log(`  exit code ${run.code ?? 'none'}; ${run.output === '' ? 'not a word' : run.output.slice(-1500)}`)
}

function padded(text: string): string {
  return text.padEnd(text.length > 18 ? text.length + 2 : 20)
}
