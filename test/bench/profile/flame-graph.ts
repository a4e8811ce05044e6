import type { Frame } from './cpu-profile.ts'

const width = 1_200
const rowHeight = 17
const top = 44
/** Frames narrower than this are left out: nobody could see them. */
const narrowest = 0.6
const colours: Readonly<Record<Frame['place'], string>> = {
  'argo-proxy': '#e8833a',
  package: '#d9b23c',
  node: '#7fa8c9',
  engine: '#a9b5a0',
}
const legend: Readonly<Record<Frame['place'], string>> = {
  'argo-proxy': 'argo-proxy',
  package: 'packages',
  node: 'Node',
  engine: 'engine and system calls',
}

/** A flame graph: a frame is as wide as the time that its function was on the stack; callers stand above. No script. */
export function flameGraph(root: Frame, title: string): string {
  const boxes: string[] = []
  let deepest = 0

  function draw(frame: Frame, left: number, depth: number): void {
    const wide = (frame.total / root.total) * width
    if (wide < narrowest) return
    deepest = Math.max(deepest, depth)
    boxes.push(box(frame, left, depth, wide))
    let next = left
    for (const child of [...frame.children.values()].sort((a, b) => b.total - a.total)) {
      draw(child, next, depth + 1)
      next += (child.total / root.total) * width
    }
  }

  function box(frame: Frame, left: number, depth: number, wide: number): string {
    const share = ((frame.total / root.total) * 100).toFixed(1)
    const y = top + depth * rowHeight
    const room = Math.floor((wide - 6) / 6.2)
    const label =
      room > 2 ? `<text x="${(left + 3).toFixed(1)}" y="${y + 12}">${escapeXml(frame.name.slice(0, room))}</text>` : ''
    const area = `x="${left.toFixed(1)}" y="${y}" width="${Math.max(wide - 0.5, 0.3).toFixed(1)}" height="${rowHeight - 1}"`
    return `<g><title>${escapeXml(frame.name)}: ${share} %</title><rect ${area} fill="${colours[frame.place]}"/>${label}</g>`
  }

  draw(root, 0, 0)
  const height = top + (deepest + 1) * rowHeight + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="10.5">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="4" y="16" font-size="14" font-family="system-ui, sans-serif">${escapeXml(title)}</text>
${legendBoxes()}
${boxes.join('\n')}
</svg>
`
}

function legendBoxes(): string {
  const places = ['argo-proxy', 'package', 'node', 'engine'] as const
  return places
    .map((place, index) => {
      const x = 4 + index * 120
      return `<rect x="${x}" y="25" width="10" height="10" fill="${colours[place]}"/><text x="${x + 14}" y="34">${legend[place]}</text>`
    })
    .join('')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
