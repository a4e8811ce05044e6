import type { FigureName } from '../measure/figures.ts'
import { paths } from '../paths.ts'
import type { WorkloadName } from '../workloads.ts'
import { cpuLimit } from './goals.ts'
import type { PathResult, Results, Spread } from './results.ts'

interface Panel {
  title: string
  workload: WorkloadName
  figure: FigureName
}

const panels: readonly Panel[] = [
  { title: 'small: CPU per request', workload: 'small', figure: 'cpuPerRequest' },
  { title: 'stream: CPU per chunk', workload: 'stream', figure: 'cpuPerEvent' },
  { title: 'flood: CPU per chunk', workload: 'flood', figure: 'cpuPerEvent' },
  { title: 'prompt of 1 MB: CPU per request', workload: 'prompt', figure: 'cpuPerRequest' },
  { title: '1,000 held streams: memory of each', workload: 'held', figure: 'memoryPerStream' },
  { title: 'stream: first token', workload: 'stream', figure: 'firstTokenP50' },
]

const panelWidth = 560
const labelWidth = 220
const rowHeight = 20
const panelHeight = 225
const ink = '#24292f'
const faint = '#c9d1d9'
const colours = { own: '#d9660b', reference: '#4c7ea8' }
/** The axis is logarithmic: from a sixteenth to sixty-four times. */
const exponents = { from: -4, to: 6 }

/** What every hop costs beside bare http-proxy-3: the median as a dot, the rounds as a line, the goal as a mark. */
export function plot(results: Results): string {
  const drawn = panels.filter(({ workload }) => results.workloads.some((one) => one.workload === workload))
  const rows = Math.ceil(drawn.length / 2)
  const width = 2 * panelWidth
  const height = 60 + rows * panelHeight
  const body = drawn.map((panel, index) => {
    const measured = results.workloads.find(({ workload }) => workload === panel.workload)?.paths ?? []
    const x = (index % 2) * panelWidth
    const y = 60 + Math.floor(index / 2) * panelHeight
    return `<g transform="translate(${x} ${y})">${drawPanel(panel, measured)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="10" y="22" font-size="16" font-weight="600">What a hop costs, relative to bare http-proxy-3 with a keep-alive agent</text>
<circle cx="16" cy="38" r="4" fill="${colours.own}"/><text x="25" y="42">argo-proxy</text>
<circle cx="116" cy="38" r="4" fill="${colours.reference}"/><text x="125" y="42">others</text>
<path d="M191 31v14" stroke="${colours.own}" stroke-width="2"/><text x="199" y="42">its goal</text>
<text x="270" y="42">Further left is better; the axis is logarithmic. Dots are medians, lines reach from the lowest to the highest round.</text>
${body.join('\n')}
</svg>
`
}

function drawPanel(panel: Panel, measured: readonly PathResult[]): string {
  const rows = measured.flatMap((result) => {
    const spread = result.ratios['http-proxy-3']?.[panel.figure]
    return spread && result.path !== 'direct' ? [{ result, spread }] : []
  })
  const bottom = 30 + rows.length * rowHeight
  const ticks: string[] = []
  for (let exponent = exponents.from; exponent <= exponents.to; exponent += 1) {
    const x = position(2 ** exponent)
    const label = exponent < 0 ? `1/${2 ** -exponent}` : `${2 ** exponent}×`
    ticks.push(
      `<path d="M${x} 26V${bottom}" stroke="${exponent === 0 ? ink : faint}" stroke-width="${exponent === 0 ? 1.2 : 0.6}"/>`,
      `<text x="${x}" y="${bottom + 14}" text-anchor="middle" font-size="10">${label}</text>`,
    )
  }
  return [
    `<text x="10" y="16" font-weight="600">${panel.title}</text>`,
    ...ticks,
    ...rows.map(({ result, spread }, index) => drawRow(panel, result, spread, 40 + index * rowHeight)),
  ].join('')
}

function drawRow({ workload, figure }: Panel, { path }: PathResult, spread: Spread, y: number): string {
  const { title, own } = paths[path]
  const colour = own ? colours.own : colours.reference
  const goal = figure === 'firstTokenP50' ? undefined : cpuLimit(path, workload)
  const mark =
    goal === undefined ? '' : `<path d="M${position(goal)} ${y - 7}v14" stroke="${colour}" stroke-width="2"/>`
  return `<text x="${labelWidth - 8}" y="${y + 4}" text-anchor="end" font-size="11">${title.replace('argo-proxy: ', '')}</text>
<path d="M${position(spread.min)} ${y}H${position(spread.max)}" stroke="${colour}" stroke-width="1.5"/>
<circle cx="${position(spread.median)}" cy="${y}" r="4" fill="${colour}"/>${mark}`
}

function position(ratio: number): string {
  const { from, to } = exponents
  const exponent = Math.min(Math.max(Math.log2(ratio), from), to)
  return (labelWidth + ((exponent - from) / (to - from)) * (panelWidth - labelWidth - 24)).toFixed(1)
}
