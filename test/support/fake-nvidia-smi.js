#!/usr/bin/env node
/**
 * An nvidia-smi without a GPU, for tests: the values are a known function of the time and the GPU's index.
 *
 * How it behaves is a JSON object in FAKE_NVIDIA_SMI, or in a file beside the program (`<path it was called by>.json`,
 * read anew for each sample): see SETTINGS.
 */
import { readFileSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const SETTINGS = {
  count: 2,
  name: 'NVIDIA Fake 40GB',
  /** 530 has only the event reasons, earlier ones only the throttle reasons. */
  driver: 535,
  /** ok, nodriver, nolibrary, mismatch, mig; from `after` seconds on: lost, handle, missing, reset, unknown, exit, hang. */
  mode: 'ok',
  after: 0,
  /** The GPU that the later modes befall. */
  bad: 1,
  /** Fields that this driver does not know. */
  unknown: [],
  /** Seconds until the first word. */
  slow: 0,
  /** True: the order of the rows changes from sample to sample. */
  isShuffled: false,
  /** A loop ends by itself after so many samples; 0: never. */
  samples: 0,
  /** The process on each GPU; 0: one of a number that this machine need not have. */
  pid: 0,
  /** True: half a row is left when a loop ends or is ended. */
  isCut: false,
}
const [STARTED_MS, ROW_DELAY_MS] = [Date.now(), 4]
const MESSAGES = {
  nodriver: [
    9,
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
  ],
  nolibrary: [
    12,
    "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.",
  ],
  mismatch: [18, 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161'],
}

/** The values of GPU `gpu` in the sample whose first row is stamped within the second `t` of the epoch. */
export function valuesOf(t, gpu) {
  const utilization = (7 * t + 13 * gpu) % 101
  return {
    utilization,
    memoryUtilization: (3 * t + 5 * gpu) % 101,
    memoryUsedMib: 500 * (gpu + 1) + (t % 400),
    memoryTotalMib: 40960,
    temperature: 35 + (t % 30) + gpu,
    powerWatts: 60 + 2.5 * utilization + 0.25 * gpu,
    powerLimitWatts: 400,
    smClock: 600 + 8 * utilization,
    memoryClock: 1215,
    fan: 40 + (t % 70),
    throttle: utilization > 90 ? 4 : utilization === 0 ? 1 : 0,
  }
}

export function uuidOf(gpu) {
  return `GPU-fa4e0000-0000-4000-8000-${String(gpu).padStart(12, '0')}`
}

export function processOf(t, gpu) {
  const name = `/opt/fake/train --betas=0.9,0.99${gpu}`
  return { pid: 4000 + gpu, name, memoryUsedMib: valuesOf(t, gpu).memoryUsedMib - 100 }
}

const hex = (bits) => `0x${bits.toString(16).padStart(16, '0')}`
const busOf = (gpu) => `00000000:${(0x18 + gpu).toString(16).toUpperCase()}:00.0`
const active = (bit) => (v) => ((v.throttle >> bit) & 1 ? 'Active' : 'Not Active')
/** Field as asked: name in the header, unit, value, and whether it says who the GPU is rather than how it is. */
const GPU_FIELDS = {
  timestamp: ['timestamp', '', null, true],
  index: ['index', '', (_, gpu) => gpu, true],
  uuid: ['uuid', '', (_, gpu) => uuidOf(gpu), true],
  name: ['name', '', (_v, _gpu, settings) => settings.name, true],
  driver_version: ['driver_version', '', (_v, _gpu, settings) => `${settings.driver}.161.08`, true],
  'pci.bus_id': ['pci.bus_id', '', (_, gpu) => busOf(gpu), true],
  'utilization.gpu': ['utilization.gpu', '%', (v) => v.utilization],
  'utilization.memory': ['utilization.memory', '%', (v) => v.memoryUtilization],
  'memory.used': ['memory.used', 'MiB', (v) => v.memoryUsedMib],
  'memory.total': ['memory.total', 'MiB', (v) => v.memoryTotalMib],
  'temperature.gpu': ['temperature.gpu', '', (v) => v.temperature],
  'power.draw': ['power.draw', 'W', (v) => v.powerWatts.toFixed(2)],
  'power.limit': ['power.limit', 'W', (v) => v.powerLimitWatts.toFixed(2)],
  'clocks.sm': ['clocks.current.sm', 'MHz', (v) => v.smClock],
  'clocks.mem': ['clocks.current.memory', 'MHz', (v) => v.memoryClock],
  pstate: ['pstate', '', () => 'P0'],
  'fan.speed': ['fan.speed', '%', (v, gpu) => (gpu === 0 ? '[N/A]' : v.fan)],
}
const REASONS = 'gpu_idle applications_clocks_setting sw_power_cap hw_slowdown sync_boost sw_thermal_slowdown'
const MORE_REASONS = 'hw_thermal_slowdown hw_power_brake_slowdown'
for (const family of ['clocks_throttle_reasons', 'clocks_event_reasons']) {
  GPU_FIELDS[`${family}.active`] = [`${family}.active`, '', (v) => hex(v.throttle)]
  for (const [bit, reason] of `${REASONS} ${MORE_REASONS}`.split(' ').entries()) {
    GPU_FIELDS[`${family}.${reason}`] = [`${family}.${reason}`, '', active(bit)]
  }
}
const APP_FIELDS = {
  timestamp: ['timestamp', '', null],
  gpu_uuid: ['gpu_uuid', '', (_, gpu) => uuidOf(gpu)],
  pid: ['pid', '', (process, _, settings) => settings.pid || process.pid],
  process_name: ['process_name', '', (process) => process.name],
  used_memory: ['used_gpu_memory', 'MiB', (process) => process.memoryUsedMib],
}
Object.assign(GPU_FIELDS, { gpu_uuid: GPU_FIELDS.uuid, gpu_name: GPU_FIELDS.name })
APP_FIELDS.used_gpu_memory = APP_FIELDS.used_memory

function readSettings() {
  const text = process.env.FAKE_NVIDIA_SMI ?? readIfAny(`${process.argv[1]}.json`) ?? '{}'
  return { ...SETTINGS, ...JSON.parse(text) }
}

function readIfAny(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function end(code, text) {
  if (text !== undefined) process.stdout.write(`${text}\n`)
  process.exit(code)
}

function parseArguments(words) {
  const options = {}
  const names = {
    '-l': 'loop',
    '--loop': 'loop',
    '-lms': 'loopMs',
    '--loop-ms': 'loopMs',
    '-i': 'id',
    '--id': 'id',
  }
  const rest = [...words]
  while (rest.length > 0) {
    const [flag, ...parts] = rest.shift().split('=')
    const name = names[flag] ?? /^--(query-gpu|query-compute-apps|format)$/.exec(flag)?.[1]
    if (name === undefined)
      end(2, "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n")
    else options[name] = parts.length > 0 ? parts.join('=') : (rest.shift() ?? '5')
  }
  return options
}

function isKnown(field, settings) {
  if (settings.unknown.includes(field)) return false
  if (field.startsWith('clocks_event_reasons')) return settings.driver >= 530
  return !(field.startsWith('clocks_throttle_reasons') && settings.driver === 530)
}

function fieldsOf(list, table, settings) {
  return list.split(',').map((word) => {
    const field = table[word.trim()]
    const isGood = field !== undefined && isKnown(word.trim(), settings)
    return isGood ? field : end(2, `Field "${word.trim()}" is not a valid field to query.\n`)
  })
}

function stampOf(ms) {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 23).replaceAll('-', '/').replace('T', ' ')
}

function cellOf([, unit, value, isIdentity], row, settings, withUnits) {
  const { t, gpu, ms, mode } = row
  if (mode === 'unknown') return '[Unknown Error]'
  if (value === null) return stampOf(ms)
  const isPower = unit === 'W' || unit === 'MHz'
  if (!isIdentity && mode === 'lost') return isPower ? '[Unknown Error]' : '[GPU is lost]'
  if (!isIdentity && mode === 'reset' && unit !== 'MiB') return '[GPU requires reset]'
  const text = String(value(row.isApp ? processOf(t, gpu) : valuesOf(t, gpu), gpu, settings))
  if (mode === 'mig' && unit === '%') return '[N/A]'
  return withUnits && unit !== '' && !text.startsWith('[') ? `${text} ${unit}` : text
}

/** Which trouble a GPU has now; `unknown` befalls all, and only loops. */
function modeOf(gpu, settings, isLoop) {
  if (settings.mode === 'mig') return 'mig'
  const isDue = Date.now() - STARTED_MS >= settings.after * 1000
  if (settings.mode === 'unknown') return isDue && isLoop ? 'unknown' : 'ok'
  return isDue && gpu === settings.bad ? settings.mode : 'ok'
}

async function printSample(query, number) {
  const { fields, gpus, isApp, withUnits, isLoop } = query
  const settings = readSettings()
  if (MESSAGES[settings.mode]) end(...MESSAGES[settings.mode])
  const nowMs = Date.now()
  const t = Math.floor(nowMs / 1000)
  const turn = settings.isShuffled ? number % Math.max(1, gpus.length) : 0
  const order = [...gpus.slice(turn), ...gpus.slice(0, turn)]
  const handle = (gpu) => `Unable to determine the device handle for GPU${busOf(gpu).slice(4)}: Unknown Error`
  for (const [place, gpu] of order.entries()) {
    const mode = modeOf(gpu, settings, isLoop)
    if (mode === 'exit') end(15, handle(gpu))
    if (mode === 'hang') {
      process.on('SIGTERM', () => undefined)
      await sleep(2 ** 31 - 1)
    }
    if (mode === 'missing') continue
    const row = { t, gpu, ms: nowMs + place * ROW_DELAY_MS, mode, isApp }
    const cells = fields.map((field) => cellOf(field, row, settings, withUnits))
    process.stdout.write(mode === 'handle' ? `${handle(gpu)}\n` : `${cells.join(', ')}\n`)
  }
  return order.some((gpu) => modeOf(gpu, settings, isLoop) === 'lost') ? 15 : 0
}

async function main() {
  const settings = readSettings()
  if (settings.slow > 0) await sleep(settings.slow * 1000)
  if (MESSAGES[settings.mode]) end(...MESSAGES[settings.mode])
  const options = parseArguments(process.argv.slice(2))
  const all = Array.from({ length: settings.count }, (_, gpu) => gpu)
  const isMeant = (gpu) =>
    options.id.split(',').some((id) => [String(gpu), uuidOf(gpu), busOf(gpu)].includes(id))
  const gpus = options.id === undefined ? all : all.filter(isMeant)
  if (gpus.length === 0) end(6, 'No devices were found')
  const isApp = options['query-gpu'] === undefined
  const words = (options.format ?? '').split(',')
  if (!words.includes('csv') || (isApp && options['query-compute-apps'] === undefined)) {
    end(2, 'Option "--format=" is missing or its value is not valid.')
  }
  const list = isApp ? options['query-compute-apps'] : options['query-gpu']
  const fields = fieldsOf(list, isApp ? APP_FIELDS : GPU_FIELDS, settings)
  const withUnits = !words.includes('nounits')
  const cut = (code) =>
    process.stdout.write(settings.isCut ? stampOf(Date.now()) : '', () => process.exit(code))
  if (settings.isCut) process.once('SIGTERM', () => cut(143))
  const header = fields.map(([name, unit]) => (unit === '' ? name : `${name} [${unit}]`))
  if (!words.includes('noheader')) process.stdout.write(`${header.join(', ')}\n`)
  const periodMs = Number(options.loopMs ?? Number(options.loop ?? 0) * 1000)
  for (let number = 0, dueMs = Date.now(); ; number++) {
    const code = await printSample({ fields, gpus, isApp, withUnits, isLoop: periodMs > 0 }, number)
    if (periodMs === 0 || number + 1 === settings.samples) return cut(code)
    dueMs += periodMs
    await sleep(Math.max(0, dueMs - Date.now()))
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await main()
