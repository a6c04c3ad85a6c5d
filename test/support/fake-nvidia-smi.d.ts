/** What GPU `gpu` shows in the sample whose first row is stamped within the second `t` of the epoch. */
export function valuesOf(
  t: number,
  gpu: number,
): {
  readonly utilization: number
  readonly memoryUtilization: number
  readonly memoryUsedMib: number
  readonly memoryTotalMib: number
  readonly temperature: number
  readonly powerWatts: number
  readonly powerLimitWatts: number
  readonly smClock: number
  readonly memoryClock: number
  readonly fan: number
  /** Bits as in clocks_event_reasons.active: 4 sw_power_cap, 1 gpu_idle. */
  readonly throttle: number
}

export function uuidOf(gpu: number): string

export function processOf(
  t: number,
  gpu: number,
): { readonly pid: number; readonly name: string; readonly memoryUsedMib: number }
