/** Commands around the job: what to record, and recording it. */
import { type CommandSpec, isOn, text, words } from './spec.js'

export const RECORDING: readonly CommandSpec[] = [
  {
    // Not `hosts`: that is the flag of all commands.
    usage: 'init [host..]',
    describe: 'Write config.yml',
    example: ['$0 init node[01-04]', 'a config.yml for four nodes'],
    options: {
      force: { type: 'boolean', describe: 'Overwrite a config.yml that is there' },
      discover: { type: 'boolean', describe: 'Ask the nodes for their devices and fill them in' },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { initCommand } = await import('../commands/init.js')
      const hosts = Array.isArray(flags.host) ? flags.host.map(String) : []
      const { hosts: list = '' } = context.flags
      return initCommand(context, {
        hosts: [...hosts, list],
        isForced: isOn(flags, 'force'),
        discovers: isOn(flags, 'discover'),
      })
    },
  },
  {
    usage: 'check',
    describe: 'Test every node before the job',
    example: ['$0 check', 'what would stop or spoil a session, with a remedy each'],
    options: {
      'accept-new': { type: 'boolean', describe: 'Write down host keys that are not known yet' },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { checkCommand } = await import('../commands/check.js')
      return checkCommand(context, {
        acceptsNew: isOn(flags, 'accept-new'),
        isVerbose: isOn(flags, 'verbose'),
      })
    },
  },
  {
    usage: 'start',
    describe: 'Start the loggers on every node',
    example: ['$0 start --name baseline', 'record until stop'],
    options: {
      name: { type: 'string', requiresArg: true, describe: 'A label for the session' },
      'keep-going': { type: 'boolean', describe: 'Start even if some hosts fail' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { startCommand } = await import('../commands/start.js')
      return startCommand(context, {
        name: text(flags, 'name') ?? null,
        keepGoing: isOn(flags, 'keep-going'),
      })
    },
  },
  {
    // The command stands after --, whose words yargs never sees; here it is only told apart from a mistake.
    usage: 'run [cmd..]',
    describe: 'Record while a command runs: start, -- CMD, stop, parse, plot',
    example: ['$0 run --interval 1 -- ./bench --threads 8', 'exit code and stdout are those of ./bench'],
    options: {
      name: { type: 'string', requiresArg: true, describe: 'A label for the session' },
      strict: { type: 'boolean', describe: 'Run nothing unless every host is recorded' },
    },
    isLogged: true,
    leavesStdout: true,
    takesRest: true,
    run: async (context, flags, rest) => {
      const { runCommand } = await import('../commands/run.js')
      return runCommand(context, {
        name: text(flags, 'name') ?? null,
        isStrict: isOn(flags, 'strict'),
        words: rest,
        misplaced: words(flags, 'cmd'),
      })
    },
  },
  {
    usage: 'mark [text..]',
    describe: 'Note that a phase of the job begins now',
    example: ['$0 mark load data', 'a rule with this text on every plot, a border of phases'],
    options: {},
    isLogged: false,
    takesRest: true,
    run: async (context, flags, rest) => {
      const { markCommand } = await import('../commands/mark.js')
      return markCommand(context, [...words(flags, 'text'), ...rest])
    },
  },
  {
    usage: 'status',
    describe: 'Show what runs on each node',
    example: ['$0 status --watch 2', 'samples, figures of each node and the lease, every 2 s'],
    options: {
      watch: { type: 'string', describe: 'Again every SEC seconds (as it records), until Ctrl-C' },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { statusCommand } = await import('../commands/status.js')
      return statusCommand(context, { watch: text(flags, 'watch') ?? null })
    },
  },
  {
    usage: 'stop',
    describe: 'Stop the loggers and fetch their data',
    example: ['$0 stop --with-parse --with-plot', 'from running loggers to plots'],
    options: {
      'with-parse': { type: 'boolean', describe: 'Parse what was fetched' },
      'with-plot': { type: 'boolean', describe: 'Draw what was parsed' },
      now: { type: 'boolean', describe: 'Do not wait for the sample that is due' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { stopCommand } = await import('../commands/stop.js')
      const withParse = isOn(flags, 'with-parse')
      return stopCommand(context, {
        withParse,
        withPlot: isOn(flags, 'with-plot'),
        isNow: isOn(flags, 'now'),
      })
    },
  },
]
