import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UnreadableConfigError } from './fault.ts'
import { hasCode } from './has-code.ts'

/**
 * Whether somebody else may have planted this file: it belongs to another user, below a directory where everyone may
 * write, such as `/tmp` of a shared login node. A configuration can run code and gets the account's requests, so such
 * a file counts only when it is named.
 */
export async function isPlanted(path: string): Promise<boolean> {
  const self = process.getuid?.()
  // Windows has no such directories.
  if (self === undefined) return false
  for (let current = path; current !== dirname(current); current = dirname(current)) {
    const { uid } = await lstat(current)
    if (uid === self || uid === 0) return false
    const { mode } = await lstat(dirname(current))
    if ((mode & constants.S_IWOTH) !== 0) return true
  }
  return false
}

/**
 * cosmiconfig passes over files that it may not read, directories, and links to nothing. Here they are an error: a
 * configuration that is silently not used is worse than none. `until` is the file that was found.
 */
export async function refuseUnreadable(
  cwd: string,
  places: readonly string[],
  until: string | undefined,
): Promise<void> {
  for (let directory = cwd; ; directory = dirname(directory)) {
    for (const place of places) {
      const path = join(directory, place)
      if (path === until) return
      const reason = await unreadable(path)
      if (reason !== undefined && !(await isPlanted(path))) throw new UnreadableConfigError(reason)
    }
    if (directory === dirname(directory)) return
  }
}

/** Cause and remedy of a failed read. */
export function readFailure(path: string, error: unknown): UnreadableConfigError {
  if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return new UnreadableConfigError(forbidden(path))
  if (hasCode(error, 'EISDIR')) {
    return new UnreadableConfigError(`${path} is a directory: name the configuration file in it`)
  }
  if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) {
    return new UnreadableConfigError(`there is no configuration file ${path}: correct the path after --config`)
  }
  if (hasCode(error, 'ELOOP')) return new UnreadableConfigError(leadsNowhere(path))
  const reason = error instanceof Error ? error.message : String(error)
  return new UnreadableConfigError(
    `${path} cannot be read (${reason}): make it readable, or name another with --config`,
  )
}

/** Why something that is there cannot be read, and what to do; `undefined` where nothing is there, or it can be read. */
async function unreadable(path: string): Promise<string | undefined> {
  // Without the right to enter the directory nobody knows whether the file is there at all.
  if (!(await exists(path))) return undefined
  try {
    await access(path, constants.R_OK)
    const isDirectory = (await stat(path)).isDirectory()
    return isDirectory ? `${path} is a directory: write a file, or rename it; --config names another file` : undefined
  } catch (error) {
    if (hasCode(error, 'EACCES')) return forbidden(path)
    return hasCode(error, 'ENOENT') || hasCode(error, 'ELOOP') ? leadsNowhere(path) : undefined
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function leadsNowhere(path: string): string {
  return `${path} is a link that leads to no file: correct or remove it, or name another file with --config`
}

function forbidden(path: string): string {
  return `${path} may not be read by you: give yourself the right (chmod u+r), or name another file with --config`
}
