import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'

export interface Folder {
  /** Absolute path of a file in the folder; without a name, of the folder. */
  path(name?: string): string
  /** Writes a file, with the folders above it, and gives its path. */
  write(name: string, text: string): string
}

/** A new empty folder for each test, below a home directory that has no configuration. */
export function useFolder(): Folder {
  let root = ''
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'argo-proxy-')))
    vi.stubEnv('HOME', join(root, 'home'))
    vi.stubEnv('XDG_CONFIG_HOME', join(root, 'home/.config'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(root, { recursive: true, force: true })
  })
  const path = (name = '.'): string => join(root, name)
  return {
    path,
    write(name, text) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), text)
      return path(name)
    },
  }
}
