import { type Plugin, RolldownMagicString } from 'rolldown'
import type { CalledFunctions } from './called-functions.ts'
import { endOfImports, functionsOf } from './functions-of.ts'

/**
 * Puts the functions that a start calls into parentheses: V8 compiles such a function together with its file, and what is
 * compiled then is what Node's compile cache keeps. Any other is compiled when it is first called, in each start anew.
 * Where a function is declared by its name, a variable takes its place, at the top as declarations are.
 */
export function compiledAhead(called: CalledFunctions): Plugin {
  return {
    name: 'compiled-ahead',
    renderChunk(code, { name }) {
      const wanted = called.get(name)
      const functions = functionsOf(code).filter((_, index) => wanted?.has(index))
      if (functions.length === 0) return null
      const text = new RolldownMagicString(code)
      const top = endOfImports(code)
      for (const { start, end, declared } of functions) {
        if (declared) {
          text.remove(declared.start, declared.end)
          text.appendRight(start, `\nvar ${declared.name} = (`).appendLeft(end, ');')
          text.move(start, end, top)
        } else text.appendRight(start, '(').appendLeft(end, ')')
      }
      return { code: text.toString(), map: text.generateMap({ hires: 'boundary' }).toString() }
    },
  }
}
