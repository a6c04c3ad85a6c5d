/** The part of cliui 9 that output.ts uses; the package brings no types. */
declare module 'cliui' {
  interface Layout {
    div(...columns: readonly { readonly text: string; readonly width: number }[]): void
    toString(): string
  }
  // biome-ignore lint/style/noDefaultExport: the package has one
  export default function cliui(options: { readonly width: number; readonly wrap: boolean }): Layout
}
