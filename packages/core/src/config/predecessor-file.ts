import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import type { FoundFile } from './find.ts'
import { hasCode } from './has-code.ts'
import { isPlanted, readFailure } from './trust.ts'
import { parseYaml } from './yaml.ts'

/** Keys that a `config.yaml` of any other program is unlikely to have: `port` and `host` say nothing. */
const telling =
  /^["']?(argo_\w+|user|config_version|real_stream|username_passthrough|upstream|num_workers|native_\w+_url|use_\w+)["']?\s*:/m

/** The first `config.yaml` at a place where the Python argo-proxy keeps it. */
export async function findPredecessorFile(
  cwd: string,
  fileName: (path: string) => string,
): Promise<FoundFile | undefined> {
  const folders = [cwd, join(homedir(), '.config', 'argoproxy'), join(homedir(), '.argoproxy')]
  for (const folder of folders) {
    const path = join(folder, 'config.yaml')
    const text = await textOf(path)
    if (text === undefined || (folder === cwd && (!telling.test(text) || (await isPlanted(path))))) continue
    const file = fileName(path)
    return { path, file, source: parseYaml(text, { file, version: '1.1' }), predecessor: 'found' }
  }
  return undefined
}

/** Whether a file that the user names looks like one of the Python program. */
export function namesPredecessorFile(path: string): boolean {
  return /^config.*\.ya?ml$/.test(basename(path))
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EISDIR')) return undefined
    throw readFailure(path, error)
  }
}
