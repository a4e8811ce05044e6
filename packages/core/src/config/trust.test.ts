import { constants, mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { UnreadableConfigError } from './fault.ts'
import { useFolder } from './folder.test.fixture.ts'
import { loadConfig } from './load.ts'
import { searchPlaces } from './search-places.ts'
import { refuseUnreadable } from './trust.ts'

const folder = useFolder()

// The administrator, who often runs tests, may read everything: no mode of a file would refuse it.
const forbidden = new Set<string>()
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    access: async (path: string, mode: number) => {
      if (mode === constants.R_OK && forbidden.has(path)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      await real.access(path, mode)
    },
  }
})

function forbid(name: string): void {
  forbidden.clear()
  forbidden.add(folder.write(name, 'port: 1'))
}

describe('a file that may not be read', () => {
  test('on the way to the one that was found is an error with a remedy', async () => {
    forbid('work/.argorc.yaml')
    const found = folder.write('.argorc', 'port: 2')
    // cosmiconfig has read the file already, as the administrator may.
    const refused = refuseUnreadable(folder.path('work'), searchPlaces, found)
    await expect(refused).rejects.toThrow(UnreadableConfigError)
    await expect(refused).rejects.toThrow(/work\/\.argorc\.yaml may not be read by you: .*chmod.*--config/)
  })

  test('behind the one that was found does not matter', async () => {
    folder.write('work/.argorc', 'port: 2')
    forbid('work/.argorc.yaml')
    expect((await loadConfig({ cwd: folder.path('work'), environment: {} })).config.port).toBe(2)
  })

  test('does not matter where it is a package.json', async () => {
    forbid('work/package.json')
    folder.write('.argorc', 'port: 2')
    expect((await loadConfig({ cwd: folder.path('work'), environment: {} })).config.port).toBe(2)
  })

  test('is looked for up to the root where none was found', async () => {
    forbid('.argorc')
    await expect(refuseUnreadable(folder.path('work'), ['.argorc'], undefined)).rejects.toThrow(UnreadableConfigError)
    forbidden.clear()
    await expect(refuseUnreadable(folder.path('work'), ['.argorc'], undefined)).resolves.toBeUndefined()
  })
})

describe('something else in the place of a file', () => {
  const load = () => loadConfig({ cwd: folder.path('work'), environment: {} })
  const link = (target: string): void => {
    folder.write('work/other', '')
    symlinkSync(target, folder.path('work/.argorc'))
  }

  test('a directory', async () => {
    mkdirSync(folder.path('work/.argorc'), { recursive: true })
    await expect(load()).rejects.toThrow(
      /work\/\.argorc is a directory: write a file, or rename it; --config names another/,
    )
  })

  test.each(['nowhere', '.argorc'])('a link to %s', async (target) => {
    link(target)
    await expect(load()).rejects.toThrow(UnreadableConfigError)
    await expect(load()).rejects.toThrow(
      /work\/\.argorc is a link that leads to no file: correct or remove it, or name/,
    )
  })

  test('a link to a file is right', async () => {
    link('other')
    expect((await load()).file).toBe(folder.path('work/.argorc'))
  })
})
