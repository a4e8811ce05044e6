import { type ESTree, parseSync, Visitor } from 'rolldown/utils'

/** A function that may stand in parentheses. */
export interface FoundFunction {
  start: number
  end: number
  /** Of one that is declared at the top of the file: its name. */
  declared?: { start: number; end: number; name: string }
}

/** In the order in which they begin; without methods, and without what is declared inside of others. */
export function functionsOf(code: string): FoundFunction[] {
  const { program } = parseSync('chunk.js', code)
  const found: FoundFunction[] = []
  const methods = new Set<number>()
  const add = ({ start, end }: ESTree.Node): void => {
    if (!methods.has(start)) found.push({ start, end })
  }
  new Visitor({
    MethodDefinition: ({ value }) => methods.add(value.start),
    Property: ({ value, method, kind }) => (method || kind !== 'init') && methods.add(value.start),
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(program)
  for (const statement of program.body) {
    if (statement.type !== 'FunctionDeclaration' || !statement.id) continue
    found.push({ start: statement.start, end: statement.end, declared: statement.id })
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Where the imports of a file end. */
export function endOfImports(code: string): number {
  const { program } = parseSync('chunk.js', code)
  return program.body.findLast(({ type }) => type === 'ImportDeclaration')?.end ?? 0
}
