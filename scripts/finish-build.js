// What tsc does not do: the programs that run on the nodes lie beside the code, and the help is rendered once.
import { cpSync, writeFileSync } from 'node:fs'

const at = (path) => new URL(path, import.meta.url)
cpSync(at('../src/remote/shell'), at('../dist/remote/shell'), { recursive: true })

const { renderHelp } = await import('../dist/cli.js')
const { COMMAND_NAMES } = await import('../dist/cli/commands.js')
const help = { '': await renderHelp(null) }
for (const name of COMMAND_NAMES) help[name] = await renderHelp(name)
writeFileSync(at('../dist/help.json'), `${JSON.stringify(help)}\n`)
