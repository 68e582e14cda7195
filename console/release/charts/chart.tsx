import { useEffect, useLayoutEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../../design/theme.tsx'
import { type Lines, labelFits } from './points.ts'

/** Room for the values beside the lines. */
const AXIS_PX = 46

export interface Series {
  readonly label: string
  /** Name of a colour of the scale: `sea`. */
  readonly ink: string
  /** Told apart without colour, too. */
  readonly isDashed?: boolean
  readonly isFilled?: boolean
}

export interface ChartProps {
  readonly lines: Lines
  readonly series: readonly Series[]
  readonly low: number
  readonly high: number
  /** A level that decides something. */
  readonly boundaries?: readonly { readonly value: number; readonly ink: string; readonly label: string }[]
  /** Moments at which something changed. */
  readonly moments?: readonly { readonly second: number; readonly label: string }[]
  readonly axis: (value: number) => string
  readonly time: (atMs: number) => string
  readonly heightPx?: number
}

/** Colours as the page resolves them now: a canvas knows nothing of custom properties or themes. */
function inkReader(element: HTMLElement): (name: string, opacity?: number) => string {
  return (name, opacity = 1) => {
    const before = element.style.color
    element.style.color = `color-mix(in srgb, var(--color-${name}) ${opacity * 100}%, transparent)`
    const resolved = getComputedStyle(element).color
    element.style.color = before
    return resolved
  }
}

/** Lines over time, drawn on a canvas; what they say is told in words beside them. */
export function Chart(props: ChartProps) {
  const { lines, heightPx = 180 } = props
  const { theme } = useTheme()
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = props
  const language = document.documentElement.lang
  const { length } = props.series

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const draw = (): void => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsFor(element, latest, heightPx), dataOf(latest.current.lines), element)
    }
    draw()
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: heightPx }))
    sized.observe(element)
    // The system may change its mind about light and dark while the page is open.
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    return () => {
      scheme.removeEventListener('change', draw)
      sized.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
    // A theme, a language or another number of lines needs a new picture; new data do not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [theme, language, heightPx, length])

  useEffect(() => plot.current?.setData(dataOf(lines)), [lines])
  return <div ref={box} className="w-full min-w-0 overflow-hidden" style={{ height: heightPx }} />
}

const dataOf = ({ seconds, series }: Lines): uPlot.AlignedData =>
  [[...seconds], ...series.map(line => [...line])] as uPlot.AlignedData

function optionsFor(element: HTMLElement, latest: { readonly current: ChartProps }, height: number): uPlot.Options {
  const ink = inkReader(element)
  const { series, axis, time } = latest.current
  const font = `11px ${getComputedStyle(element).fontFamily}`
  const common = { font, stroke: ink('faint'), ticks: { show: false } }
  return {
    width: Math.max(1, element.clientWidth),
    height,
    padding: [10, 6, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_, from, to) => [from ?? 0, Math.max(to ?? 0, (from ?? 0) + 30)] },
      y: { range: () => [latest.current.low, latest.current.high] },
    },
    axes: [
      {
        ...common,
        size: 24,
        gap: 4,
        space: 90,
        grid: { show: false },
        values: ({ scales, width: widthPx }, seconds) => {
          const { min = 0, max = 1 } = scales['x'] ?? {}
          const span = { from: min ?? 0, to: max ?? 1, widthPx: widthPx - AXIS_PX }
          return seconds.map(second => (labelFits(second, span) ? time(second * 1_000) : ''))
        },
      },
      {
        ...common,
        size: AXIS_PX,
        gap: 6,
        space: 36,
        grid: { stroke: ink('line'), width: 1 },
        values: (_, values) => values.map(axis),
      },
    ],
    series: [
      {},
      ...series.map(
        (one): uPlot.Series => ({
          label: one.label,
          stroke: ink(one.ink),
          width: 2,
          points: { show: false },
          ...(one.isDashed ? { dash: [5, 4] } : {}),
          ...(one.isFilled ? { fill: ink(one.ink, 0.14), fillTo: 0 } : {}),
        }),
      ),
    ],
    hooks: {
      drawAxes: [drawn => drawMoments(drawn, latest.current, ink, font)],
      draw: [drawn => drawBoundaries(drawn, latest.current, ink, font)],
    },
  }
}

function drawMoments(
  plot: uPlot,
  { moments = [], boundaries = [] }: ChartProps,
  ink: ReturnType<typeof inkReader>,
  font: string,
): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  // A boundary's own words stand at the bottom.
  const lift = (boundaries.length > 0 ? 24 : 3) * ratio
  ctx.save()
  ctx.strokeStyle = ink('edge')
  ctx.fillStyle = ink('faint')
  ctx.font = font.replace('11px', `${11 * ratio}px`)
  ctx.textBaseline = 'bottom'
  ctx.textAlign = 'left'
  ctx.lineWidth = ratio
  ctx.setLineDash([2 * ratio, 3 * ratio])
  for (const { second, label } of moments) {
    const x = Math.round(plot.valToPos(second, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const width = ctx.measureText(label).width
    const fits = x + width + 5 * ratio < bbox.left + bbox.width
    ctx.fillText(label, fits ? x + 4 * ratio : x - width - 4 * ratio, bbox.top + bbox.height - lift)
  }
  ctx.restore()
}

function drawBoundaries(
  plot: uPlot,
  { boundaries = [] }: ChartProps,
  ink: ReturnType<typeof inkReader>,
  font: string,
): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = font.replace('11px', `600 ${11 * ratio}px`)
  ctx.textAlign = 'left'
  ctx.lineWidth = 1.5 * ratio
  for (const { value, ink: name, label } of boundaries) {
    const y = Math.round(plot.valToPos(value, 'y', true))
    ctx.strokeStyle = ink(name)
    ctx.fillStyle = ink(name)
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.textBaseline = value > 0 ? 'top' : 'bottom'
    ctx.fillText(label, bbox.left + 6 * ratio, y + (value > 0 ? 5 : -5) * ratio)
  }
  ctx.restore()
}
