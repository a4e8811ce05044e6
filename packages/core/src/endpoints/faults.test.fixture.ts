import { ProxyError } from '../contract/error.ts'

/** The fault that a call throws or rejects with. Fails where it has none, or one that is no ProxyError. */
export async function faultOf(call: () => unknown): Promise<ProxyError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof ProxyError) return error
    throw error
  }
  throw new Error('there is no fault')
}
