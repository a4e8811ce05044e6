import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { dialectNamed, dialectNames } from '../packages/plugin-tools/src/dialects/index.ts'
import { defaultDialects } from '../packages/plugin-tools/src/options.ts'
import type { Dialect, OfferedTools } from '../packages/plugin-tools/src/parser/dialect.ts'
import { createToolCallParser } from '../packages/plugin-tools/src/parser/tool-call-parser.ts'

