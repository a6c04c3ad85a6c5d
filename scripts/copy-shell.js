// Copies the programs that run on the nodes beside the compiled code; tsc takes only TypeScript.
import { cpSync } from 'node:fs'

cpSync(new URL('../src/remote/shell', import.meta.url), new URL('../dist/remote/shell', import.meta.url), {
  recursive: true,
})
