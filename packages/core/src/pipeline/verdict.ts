import type { ProxyError } from '../contract/error.ts'
import type { EventStep } from '../contract/event.ts'
import { proxyError } from '../errors.ts'

/**
 * What became of an exchange. The first of `finish` and `fail` counts, and what the pipeline says after it is silence; only
 * what fails behind the verdict, on the way to the client, still turns `finished` into `failed`.
 */
export interface Verdict {
  readonly settled: 'finished' | 'failed' | undefined
  finish(): void
  fail(error: ProxyError): void
}

/** Last of the event pieces: takes the terminal event out to the verdict, and sees that there is one. */
export function judge(verdict: Verdict): EventStep {
  return {
    write(event, emit) {
      if (verdict.settled !== undefined) return
      if (event.type === 'error') return verdict.fail(event.error)
      emit(event)
      if (event.type === 'finish') verdict.finish()
    },
    end() {
      if (verdict.settled !== undefined) return
      verdict.fail(proxyError('internal_error', 'A stage of the pipeline swallowed the end of the answer.'))
    },
  }
}
