/** JSON's white space. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Whether a text is white space and nothing else. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
