/**
 * The part of CanvasRenderingContext2D (https://html.spec.whatwg.org/multipage/canvas.html) that Vega draws with, on the
 * surface of a vector format.
 */
import { rgb } from 'd3-color'
import type { Raster } from '../../charts/raster.js'
import type { TextWidth } from '../fonts.js'
import { arcCurves, combine, IDENTITY, type Matrix, mapPoint, type PathStep, scaleOf } from './geometry.js'
import { DEFAULT_FONT, Gradient, parseFont } from './styles.js'
import type { Paint, Pen, Surface } from './surface.js'

export interface CanvasOptions {
  readonly surface: Surface
  readonly textWidth: TextWidth
  /** The raster behind the address of an image; null when it is none of the chart's own. */
  readonly rasterOf: (url: string) => Raster | null
  /** Told what cannot be drawn as it should be. */
  readonly warn: (message: string) => void
}

interface State {
  matrix: Matrix
  fillStyle: string | Gradient
  strokeStyle: string | Gradient
  globalAlpha: number
  lineWidth: number
  lineCap: Pen['cap']
  lineJoin: Pen['join']
  miterLimit: number
  lineDash: readonly number[]
  lineDashOffset: number
  font: string
  textAlign: string
}

const START: State = {
  matrix: IDENTITY,
  fillStyle: '#000000',
  strokeStyle: '#000000',
  globalAlpha: 1,
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  miterLimit: 10,
  lineDash: [],
  lineDashOffset: 0,
  font: DEFAULT_FONT,
  textAlign: 'left',
}

/** Made for one picture; Vega calls its methods and sets its properties. */
export class VectorCanvas {
  readonly pixelRatio = 1
  globalCompositeOperation = 'source-over'
  imageSmoothingEnabled = true
  private state: State = { ...START }
  private readonly saved: State[] = []
  private path: PathStep[] = []
  private readonly options: CanvasOptions

  constructor(options: CanvasOptions) {
    this.options = options
  }

  set fillStyle(style: string | Gradient) {
    this.state.fillStyle = style
  }
  set strokeStyle(style: string | Gradient) {
    this.state.strokeStyle = style
  }
  set globalAlpha(alpha: number) {
    this.state.globalAlpha = alpha
  }
  get globalAlpha(): number {
    return this.state.globalAlpha
  }
  set lineWidth(width: number) {
    this.state.lineWidth = width
  }
  get lineWidth(): number {
    return this.state.lineWidth
  }
  set lineCap(cap: Pen['cap']) {
    this.state.lineCap = cap
  }
  set lineJoin(join: Pen['join']) {
    this.state.lineJoin = join
  }
  set miterLimit(limit: number) {
    this.state.miterLimit = limit
  }
  set lineDashOffset(offset: number) {
    this.state.lineDashOffset = offset
  }
  set font(font: string) {
    this.state.font = font
  }
  get font(): string {
    return this.state.font
  }
  set textAlign(align: string) {
    this.state.textAlign = align
  }

  setLineDash(dash: readonly number[] | null): void {
    this.state.lineDash = dash ?? []
  }

  save(): void {
    this.saved.push({ ...this.state })
    this.options.surface.save()
  }
  restore(): void {
    const state = this.saved.pop()
    if (state === undefined) return
    this.state = state
    this.options.surface.restore()
  }

  translate(x: number, y: number): void {
    this.map([1, 0, 0, 1, x, y])
  }
  rotate(angle: number): void {
    this.map([Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0])
  }
  scale(x: number, y: number): void {
    this.map([x, 0, 0, y, 0, 0])
  }
  private map(inner: Matrix): void {
    this.state.matrix = combine(this.state.matrix, inner)
  }

  beginPath(): void {
    this.path = []
  }
  closePath(): void {
    if (this.path.length > 0) this.path.push(['Z'])
  }
  moveTo(x: number, y: number): void {
    this.path.push(['M', ...mapPoint(this.state.matrix, x, y)])
  }
  lineTo(x: number, y: number): void {
    this.path.push([this.path.length === 0 ? 'M' : 'L', ...mapPoint(this.state.matrix, x, y)])
  }
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const at = (px: number, py: number) => mapPoint(this.state.matrix, px, py)
    this.path.push(['C', ...at(x1, y1), ...at(x2, y2), ...at(x, y)])
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y)
    this.lineTo(x + width, y)
    this.lineTo(x + width, y + height)
    this.lineTo(x, y + height)
    this.closePath()
  }
  arc(x: number, y: number, radius: number, fromAngle: number, toAngle: number): void {
    this.lineTo(x + radius * Math.cos(fromAngle), y + radius * Math.sin(fromAngle))
    for (const curve of arcCurves([x, y], radius, fromAngle, toAngle)) this.bezierCurveTo(...curve)
  }

  clip(): void {
    this.options.surface.clip(this.path)
  }
  fill(): void {
    const paint = this.paint(this.state.fillStyle)
    if (paint !== null) this.options.surface.fill(this.path, paint)
  }
  stroke(): void {
    const paint = this.paint(this.state.strokeStyle)
    if (paint !== null) this.options.surface.stroke(this.path, this.pen(), paint)
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath()
    this.rect(x, y, width, height)
    this.fill()
  }

  fillText(text: string, x: number, y: number): void {
    this.drawText(text, [x, y], this.state.fillStyle, null)
  }
  strokeText(text: string, x: number, y: number): void {
    this.drawText(text, [x, y], this.state.strokeStyle, this.state.lineWidth)
  }
  measureText(text: string): { readonly width: number } {
    const { size, isBold } = parseFont(this.state.font)
    return { width: this.options.textWidth(text, size, isBold) }
  }

  drawImage(image: { readonly url?: string }, x: number, y: number, width: number, height: number): void {
    const raster = this.options.rasterOf(image.url ?? '')
    if (raster === null) {
      this.options.warn('an image of a template is not drawn in PDF and EPS')
      return
    }
    this.options.surface.image(raster, combine(this.state.matrix, [width, 0, 0, height, x, y]))
  }

  createLinearGradient(): Gradient {
    this.options.warn('a gradient of a template is drawn as one colour in PDF and EPS')
    return new Gradient()
  }
  createRadialGradient(): Gradient {
    return this.createLinearGradient()
  }

  private drawText(
    text: string,
    [x, y]: readonly [number, number],
    style: string | Gradient,
    outlineWidth: number | null,
  ): void {
    const paint = this.paint(style)
    if (paint === null) return
    const { size, isBold } = parseFont(this.state.font)
    const width = this.options.textWidth(text, size, isBold)
    const shift = { center: width / 2, right: width, end: width }[this.state.textAlign] ?? 0
    const matrix = combine(this.state.matrix, [1, 0, 0, 1, x - shift, y])
    this.options.surface.text({ text, matrix, size, isBold, outlineWidth }, paint)
  }

  private pen(): Pen {
    const { lineWidth, lineCap, lineJoin, miterLimit, lineDash, lineDashOffset, matrix } = this.state
    const scale = scaleOf(matrix)
    return {
      width: lineWidth * scale,
      cap: lineCap,
      join: lineJoin,
      miterLimit,
      dash: lineDash.map((length) => length * scale),
      dashOffset: (lineDashOffset || 0) * scale,
    }
  }

  /** null: nothing would be seen. */
  private paint(style: string | Gradient): Paint | null {
    const { r, g, b, opacity } = rgb(typeof style === 'string' ? style : style.color)
    const visible = opacity * this.state.globalAlpha
    return visible > 0 ? { color: [r, g, b], opacity: visible } : null
  }
}
