/** What a vector format has to be able to do for a picture. Coordinates are pixels of the SVG, y downward. */
import type { Raster } from '../../charts/raster.js'
import type { Matrix, PathStep } from './geometry.js'

/** Red, green, blue: 0 to 255. */
export type Rgb = readonly [number, number, number]

/** A colour and how much of it covers what lies below, 0 to 1. */
export interface Paint {
  readonly color: Rgb
  readonly opacity: number
}

export interface Pen {
  readonly width: number
  readonly cap: 'butt' | 'round' | 'square'
  readonly join: 'miter' | 'round' | 'bevel'
  readonly miterLimit: number
  /** Lengths of dashes and gaps in turn; empty: solid. */
  readonly dash: readonly number[]
  readonly dashOffset: number
}

export interface TextRun {
  readonly text: string
  /** Its map takes the left end of the baseline to where it stands; y downward. */
  readonly matrix: Matrix
  readonly size: number
  readonly isBold: boolean
  /** Width of the pen for its outlines; null: it is filled. */
  readonly outlineWidth: number | null
}

export interface Surface {
  /** What is clipped from here on is undone by the next `restore`. */
  save(): void
  restore(): void
  clip(path: readonly PathStep[]): void
  fill(path: readonly PathStep[], paint: Paint): void
  stroke(path: readonly PathStep[], pen: Pen, paint: Paint): void
  text(run: TextRun, paint: Paint): void
  /** `matrix` takes the unit square to where the raster stands, its first row at y = 0. */
  image(raster: Raster, matrix: Matrix): void
}

/** A page of one format that is being drawn; nothing may be drawn after `finish`. */
export interface Page extends Surface {
  finish(): Promise<Uint8Array>
}

export interface PageSize {
  /** Pixels of the SVG. */
  readonly width: number
  readonly height: number
}

/** CSS counts 96 pixels to an inch, PDF and PostScript 72 points. */
export const POINTS_PER_PIXEL = 0.75
