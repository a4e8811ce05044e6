/** Where in a comment a reader is; `none`: it is no comment. The first slash has been read. */
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
