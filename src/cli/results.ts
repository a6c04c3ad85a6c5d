/** Commands on what was fetched: CSVs and pictures. */
import { type CommandSpec, isOn, text } from './spec.js'

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
      format: { type: 'string', requiresArg: true, describe: 'svg, png' },
      layout: { type: 'string', requiresArg: true, describe: 'auto, lines' },
      only: { type: 'string', requiresArg: true, describe: 'Plots to draw: cpu, cpu/iowait, network/*_in' },
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
      const [format, layout, only, from, to] = ['format', 'layout', 'only', 'from', 'to'].map((key) =>
        text(flags, key),
      )
      return plotCommand(context, { format, layout, only, from, to })
    },
  },
]
