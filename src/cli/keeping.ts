/** Commands that keep the folder and the nodes in order. */
import { type CommandSpec, isOn, text } from './spec.js'

export const KEEPING: readonly CommandSpec[] = [
  {
    usage: 'clean [session-id]',
    describe: 'End and remove what was left over on the nodes',
    example: ['$0 clean --yes', 'remove the folders of finished and failed sessions of this folder'],
    options: {
      yes: { type: 'boolean', describe: 'Do not ask' },
      discard: { type: 'boolean', describe: 'Also data that was never fetched' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { cleanCommand } = await import('../commands/clean.js')
      const sessionId = text(flags, 'session-id') ?? null
      return cleanCommand(context, {
        sessionId,
        isSure: isOn(flags, 'yes'),
        isDiscarding: isOn(flags, 'discard'),
      })
    },
  },
  {
    usage: 'sessions',
    describe: 'List the sessions of this folder',
    example: ['$0 -C runs/threads-8 sessions', 'those of another folder'],
    options: {},
    isLogged: false,
    run: async (context) => {
      const { sessionsCommand } = await import('../commands/sessions.js')
      return sessionsCommand(context)
    },
  },
  {
    usage: 'completion <shell>',
    describe: 'Print a script for bash, zsh or fish',
    example: ['$0 completion bash', 'a line for ~/.bashrc: source <(clusterp completion bash)'],
    options: {},
    isLogged: false,
    run: async (_context, flags) => {
      const { completionCommand } = await import('../commands/completion.js')
      return completionCommand(text(flags, 'shell') ?? '')
    },
  },
]
