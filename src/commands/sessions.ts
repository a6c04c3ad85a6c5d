/** `clusterp sessions`: the sessions of this folder. */
import { listSessions } from '../session/list.js'
import { type CommandContext, type CommandResult, line } from './context.js'
import { durationText, momentText } from './phrases.js'

/** Lists the current session and the archived ones, newest first. */
export async function sessionsCommand(context: CommandContext): Promise<CommandResult> {
  const { sessions, warnings } = await listSessions(context.directory)
  for (const text of warnings) context.report({ kind: 'warning', text })
  const rows = sessions.map((entry) => [
    entry.id,
    entry.name ?? '-',
    momentText(entry.createdMs, context.zoneOffsetMinutes(entry.createdMs)),
    entry.startMs === null || entry.stoppedMs === null
      ? '-'
      : durationText((entry.stoppedMs - entry.startMs) / 1000),
    String(entry.hostCount),
    entry.state ?? 'unknown',
    entry.path,
  ])
  const head = ['session', 'name', 'made', 'length', 'hosts', 'state', 'folder']
  return {
    exitCode: 0,
    hosts: [],
    blocks: rows.length === 0 ? [line('There is no session here.')] : [{ kind: 'table', head, rows }],
    json: { sessions },
  }
}
