/** A picture made of cells: what a heat map is drawn from. */
export interface Raster {
  /** Cells in a row. */
  readonly width: number
  /** Rows, the first one on top. */
  readonly height: number
  /** Red, green, blue and opacity of each cell, row by row. */
  readonly rgba: Uint8Array
}
