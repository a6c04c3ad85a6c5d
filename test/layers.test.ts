import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SRC = join(ROOT, 'src')

/** Floors from the top; a file imports its own room or a lower floor. */
const FLOORS: readonly (readonly string[])[] = [
  ['cli'],
  ['output'],
  ['commands'],
  ['config', 'session', 'remote', 'render'],
  ['charts', 'collectors', 'analysis'],
  ['data'],
  ['model', 'errors'],
]
/** Rooms of one floor that may not know each other. */
const DOORS = ['config', 'session', 'remote', 'render']
const PURE = ['collectors', 'data', 'analysis', 'charts', 'model', 'errors']
/** What the pure rooms may take from Node: it computes, and touches nothing. */
const PURE_BUILTINS = ['buffer', 'util']

interface Import {
  readonly from: string
  /** A path below src/, or a package. */
  readonly to: string
  readonly isType: boolean
  /** `import('…')`: loaded when it is come to. */
  readonly isDynamic: boolean
}

/** Every import in the text of a file, dynamic ones and `export … from` too; `from` is its path below src/. */
function importsOf(from: string, text: string): readonly Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, isType: boolean, isDynamic: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const { text: name } = specifier
    const to = name.startsWith('.') ? join(dirname(from), name).replace(/\.js$/, '.ts') : name
    found.push({ from, to, isType, isDynamic })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true, false)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true, false)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, true)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.ES2023))
  return found
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort()
const TEXTS = new Map(FILES.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]))
const IMPORTS = [...TEXTS].flatMap(([file, text]) => importsOf(file, text))

/** The code of a file without its comments. */
function codeOf(file: string): string {
  const printer = ts.createPrinter({ removeComments: true })
  return printer.printFile(ts.createSourceFile(file, TEXTS.get(file) ?? '', ts.ScriptTarget.ES2023))
}

const isOurs = ({ to }: Import): boolean => TEXTS.has(to)
const roomOf = (file: string): string => file.replace(/\.ts$/, '').split('/')[0] ?? file
const floorOf = (file: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)))
const arrow = ({ from, to }: Pick<Import, 'from' | 'to'>): string => `${from} → ${to}`

/** The files of a circle of imports, or null. */
function findCycle(edges: readonly Pick<Import, 'from' | 'to'>[]): readonly string[] | null {
  const targets = new Map<string, string[]>()
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target, [...path, file])
      if (cycle !== null) return cycle
    }
    done.add(file)
    return null
  }
  for (const file of targets.keys()) {
    const cycle = visit(file, [])
    if (cycle !== null) return cycle
  }
  return null
}

describe('the reading of imports', () => {
  it('finds every form of import, over lines and below comments', () => {
    const text = `// import { no } from './no.js'
import { a } from './a.js'
import type { B } from '../data/b.js'
import {
  c,
  type D,
} from './deep/c.js'
export { e } from './e.js'
export type { F } from './f.js'
import 'side-effect'
const later = await import('./later.js')
`
    const found = importsOf('charts/x.ts', text).map(({ to, isType }) => `${to}${isType ? ' type' : ''}`)
    expect(found.sort()).toEqual(
      [
        'charts/a.ts',
        'data/b.ts type',
        'charts/deep/c.ts',
        'charts/e.ts',
        'charts/f.ts type',
        'side-effect',
        'charts/later.ts',
      ].sort(),
    )
  })

  it('finds a circle of three, and none in a tree', () => {
    const edge = (from: string, to: string) => ({ from, to })
    expect(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['a', 'b', 'c', 'a'])
    expect(findCycle([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toBeNull()
  })
})

describe('the layers', () => {
  it('hold every file of src/', () => {
    expect(FILES.length).toBeGreaterThan(50)
    expect(FILES.filter((file) => floorOf(file) < 0)).toEqual([])
  })

  it('are imported downward only', () => {
    const upward = IMPORTS.filter(isOurs).filter(
      ({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to) <= floorOf(from),
    )
    expect(upward.map(arrow)).toEqual([])
  })

  it('have doors that never import each other', () => {
    const between = IMPORTS.filter(isOurs).filter(
      ({ from, to }) =>
        DOORS.includes(roomOf(from)) && DOORS.includes(roomOf(to)) && roomOf(from) !== roomOf(to),
    )
    expect(between.map(arrow)).toEqual([])
  })

  it('have no circle, not even of types', () => {
    expect(findCycle(IMPORTS.filter(isOurs))).toBeNull()
  })

  it('name a file that exists in every relative import', () => {
    const missing = IMPORTS.filter(({ to }) => /^[a-z-]+\/.*\.ts$|^[a-z]+\.ts$/.test(to) && !TEXTS.has(to))
    expect(missing.map(arrow)).toEqual([])
  })
})

describe('the pure rooms', () => {
  const isBuiltin = (name: string): boolean =>
    name.startsWith('node:') || builtinModules.includes(name.split('/')[0] ?? '')

  it('import nothing of Node that touches the world', () => {
    const impure = IMPORTS.filter(
      ({ from, to }) =>
        PURE.includes(roomOf(from)) && isBuiltin(to) && !PURE_BUILTINS.includes(to.replace('node:', '')),
    )
    expect(impure.map(arrow)).toEqual([])
  })

  it('read no clock, no chance, no process, no network', () => {
    const outside =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\b|\bfetch\(|\bsetTimeout\(|\bperformance\./
    const impure = FILES.filter((file) => PURE.includes(roomOf(file)) && outside.test(codeOf(file)))
    expect(impure).toEqual([])
  })
})

describe('printing and ending', () => {
  it('is for cli.ts and output.ts alone', () => {
    const printing = /\bconsole\b|\bprocess\.(stdout|stderr|stdin)\b|=\s*process\b(?!\.)/
    const others = FILES.filter((file) => file !== 'cli.ts' && file !== 'output.ts')
    expect(others.filter((file) => printing.test(codeOf(file)))).toEqual([])
  })

  it('by process.exit and process.exitCode is for cli.ts alone', () => {
    const ending = FILES.filter((file) => /\bprocess\.exit(Code)?\b/.test(codeOf(file)))
    expect(ending).toEqual(['cli.ts'])
  })
})

describe('bin/clusterp.js', () => {
  it('has one import, the built cli', () => {
    const text = readFileSync(join(ROOT, 'bin/clusterp.js'), 'utf8')
    const found = importsOf('bin/clusterp.js', text)
    expect(found.map(({ to }) => to)).toEqual(['dist/cli.ts'])
  })
})

describe('the command line', () => {
  it('loads commands, and what they need, only when they run', () => {
    const ofCli = IMPORTS.filter(({ from }) => roomOf(from) === 'cli')
    const early = ofCli.filter(
      ({ isType, isDynamic, to }) =>
        !isType && !isDynamic && !to.startsWith('node:') && !to.startsWith('cli/'),
    )
    expect(early.map(arrow)).toEqual([])
    expect(ofCli.filter(({ isDynamic }) => isDynamic).length).toBeGreaterThan(5)
  })
})
