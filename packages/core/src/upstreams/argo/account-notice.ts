import { ProxyError } from '../../contract/error.ts'
import { excerptOf } from '../excerpt.ts'

/**
 * An account that ARGO does not know gets status 200 and, as the answer's text, a notice: in any case of letters, with
 * or without "IMPORTANT", behind warning signs and markup.
 */
const notices = ['AUTHENTICATION NOTICE FROM ARGO', 'IMPORTANT AUTHENTICATION NOTICE FROM ARGO']
const longest = Math.max(...notices.map(({ length }) => length))

/** Signs and markup; not every symbol, so that an answer which begins with another one is not held back. */
const ornaments = /^(?:[\s\p{P}\p{Sk}<>|=~+⚠🚨❗‼⛔🛑🔒🔐❌🚫ℹ]|\uFE0F|\u200D){0,80}/u

/** Whether a text that may still grow is the notice, could become it, or is something else. */
export function compareWithNotice(text: string): 'notice' | 'maybe' | 'other' {
  const start = text.replace(ornaments, '').slice(0, longest).toUpperCase()
  if (notices.some((notice) => start.startsWith(notice))) return 'notice'
  return notices.some((notice) => notice.startsWith(start)) ? 'maybe' : 'other'
}

export function accountError(notice: string): ProxyError {
  return new ProxyError({
    code: 'unknown_account',
    status: 401,
    type: 'authentication_error',
    message: `ARGO does not know this account: set \`user\` to your own account name. ARGO says: ${excerptOf(notice)}`,
  })
}
