/** How far a comment was read. `slash`: its first character. `over`: all of it. `none`: it turned out to be none. */
export type CommentState = 'slash' | 'line' | 'block' | 'block-star' | 'over' | 'none'

export function nextCommentState(state: CommentState, character: string): CommentState {
  switch (state) {
    case 'slash':
      return character === '/' ? 'line' : character === '*' ? 'block' : 'none'
    case 'line':
      return character === '\n' || character === '\r' ? 'over' : 'line'
    case 'block-star':
      return character === '/' ? 'over' : character === '*' ? 'block-star' : 'block'
    default:
      return character === '*' ? 'block-star' : 'block'
  }
}
