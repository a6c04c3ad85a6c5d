/** Commands on what was fetched: CSVs and pictures. */
import { type CommandSpec, isOn, text, words } from './spec.js'

export const RESULTS: readonly CommandSpec[] = [
  {
    usage: 'parse',
    describe: 'Turn raw files into CSVs',
    example: ['$0 parse --with-plot', 'CSVs and plots of what lies in raw/'],
    options: { 'with-plot': { type: 'boolean', describe: 'Draw what was parsed' } },
    isLogged: true,
    run: async (context, flags) => {
      const { parseCommand } = await import('../commands/parse.js')
      return parseCommand(context, { withPlot: isOn(flags, 'with-plot') })
    },
  },
  {
    usage: 'plot',
    describe: 'Draw the CSVs',
    example: ['$0 plot --only cpu,disk/*_read --from 5m', 'some plots, a part of the time'],
    options: {
      format: { type: 'string', requiresArg: true, describe: 'svg, png, pdf, eps' },
      layout: { type: 'string', requiresArg: true, describe: 'auto, lines, facets, heatmap, band' },
      sort: {
        type: 'string',
        requiresArg: true,
        describe: 'Rows and panels: config, outlier (most unlike first)',
      },
      size: { type: 'string', requiresArg: true, describe: 'page, column' },
      only: { type: 'string', requiresArg: true, describe: 'Plots to draw: cpu, disk/*_read, overview' },
      from: {
        type: 'string',
        requiresArg: true,
        describe: 'Elapsed (5m), time of day (12:04), text of a mark',
      },
      to: { type: 'string', requiresArg: true, describe: 'As --from' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { plotCommand } = await import('../commands/plot.js')
      const [format, layout, sort, size] = ['format', 'layout', 'sort', 'size'].map((key) => text(flags, key))
      const [only, from, to] = ['only', 'from', 'to'].map((key) => text(flags, key))
      return plotCommand(context, { format, layout, sort, size, only, from, to })
    },
  },
  {
    usage: 'summary',
    describe: 'What held the job back, on which node, on one screen',
    example: ['$0 summary --phase train', 'the verdict of one phase'],
    options: {
      phase: { type: 'string', requiresArg: true, describe: 'Text of the mark that opened the phase' },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { summaryCommand } = await import('../commands/summary.js')
      return summaryCommand(context, { phase: text(flags, 'phase') })
    },
  },
  {
    usage: 'compare <a> <b>',
    describe: 'Two sessions: what got better, worse, same',
    example: [
      '$0 compare runs/threads-8 runs/threads-16',
      'folders, or ids and names of sessions of this one',
    ],
    options: {},
    isLogged: false,
    run: async (context, flags) => {
      const { compareCommand } = await import('../commands/compare.js')
      return compareCommand(context, { a: text(flags, 'a') ?? '', b: text(flags, 'b') ?? '' })
    },
  },
  {
    usage: 'assert <expression..>',
    describe: 'Exit 0 if all hold on every host, 1 if one does not, 3 if not measured',
    example: ["$0 assert 'cpu.iowait_pct.p95 < 20' --phase train", 'RESOURCE[.DEVICE].COLUMN.STATISTIC'],
    options: {
      phase: {
        type: 'string',
        requiresArg: true,
        describe: 'Only this phase: text of the mark that opened it',
      },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { assertCommand } = await import('../commands/assert.js')
      return assertCommand(context, { expressions: words(flags, 'expression'), phase: text(flags, 'phase') })
    },
  },
]
