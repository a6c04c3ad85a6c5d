import { decodeText, isBlank, parseDecimal } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import type { PortCounters } from './infiniband-counters.js'
import type { ProcSample } from './proc-scan.js'

//   mlx5_0 1 port_rcv_data 123456
//   mlx5_0 1 rate 100
//   mlx5_0 1 state ACTIVE

const STATE = 'state'
/** `ACTIVE`, and as sysfs has it: `4: ACTIVE`. */
const ACTIVE = /(?:^|\s)ACTIVE$/
/** Device, port, name of what was measured. */
const WORDS_BEFORE_VALUE = 3

/** What a sample says of one port. */
export interface PortReading extends PortCounters {
  set(counter: number, value: number, text: string | null): void
}

/** Reads the lines of samples, and remembers which ports there are. */
export class PortSamples {
  /** `mlx5_0 1` */
  private readonly ports = new NameIndex()
  private readonly counters = new NameIndex()
  private readonly hasState = new Set<number>()
  private readonly wasActive = new Set<number>()
  private lastPort = 0
  private lastStart = 0
  private lastEnd = 0

  /** The counters of a sample by port. */
  read(sample: ProcSample): ReadonlyMap<number, PortReading> {
    const readings = new Map<number, PortReading>()
    this.lastEnd = this.lastStart
    sample.starts.forEach((start, line) => {
      this.readLine(sample.bytes, start, sample.ends[line] as number, readings)
    })
    return readings
  }

  /**
   * What each port is called: its device, with `/` and its number where a device has several; null for one that was
   * never active.
   */
  deviceNames(): readonly (string | null)[] {
    const ports = this.ports.names.map((text, port) => ({
      device: deviceOf(text),
      isUsed: this.isUsed(port),
    }))
    return ports.map(({ device, isUsed }, port) => {
      const isOnly = ports.filter((other) => other.isUsed && other.device === device).length === 1
      const name = isOnly ? device : `${device}/${this.portNumber(port)}`
      return isUsed ? name : null
    })
  }

  /** The number of a port within its device. */
  portNumber(port: number): number {
    return Number(this.ports.names[port]?.split(' ').at(-1))
  }

  /** `mlx5_0/1` for each port. */
  portTexts(): readonly string[] {
    return this.ports.names.map((text, port) => `${deviceOf(text)}/${this.portNumber(port)}`)
  }

  /** True when there are ports, and none was ever active. */
  isAllDown(): boolean {
    const { names } = this.ports
    return names.length > 0 && names.every((_, port) => !this.isUsed(port))
  }

  private isUsed(port: number): boolean {
    return this.wasActive.has(port) || !this.hasState.has(port)
  }

  private readLine(bytes: Uint8Array, start: number, end: number, readings: Map<number, PortReading>): void {
    let at = start
    let nameStart = start
    let portEnd = start
    let nameEnd = start
    for (let word = 1; word <= WORDS_BEFORE_VALUE; word++) {
      while (at < end && isBlank(bytes[at])) at++
      nameStart = at
      while (at < end && !isBlank(bytes[at])) at++
      if (word < WORDS_BEFORE_VALUE) portEnd = at
      else nameEnd = at
    }
    while (at < end && isBlank(bytes[at])) at++
    // What a driver refuses to tell is an empty value: no word of the port at all.
    if (at >= end) return
    const port = this.findPort(bytes, start, portEnd)
    let reading = readings.get(port)
    if (!reading) {
      reading = this.newReading()
      readings.set(port, reading)
    }
    const counter = this.counters.find(bytes, nameStart, nameEnd)
    if (this.counters.names[counter] === STATE) this.noteState(port, decodeText(bytes, at, end))
    else {
      const value = firstNumber(bytes, at, end)
      reading.set(counter, value, value > Number.MAX_SAFE_INTEGER ? decodeText(bytes, at, end) : null)
    }
  }

  /** The lines of a port stand together: most are of the port of the line before. */
  private findPort(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    let same = length === this.lastEnd - this.lastStart && length > 0
    for (let at = 0; same && at < length; at++) same = bytes[start + at] === bytes[this.lastStart + at]
    if (!same) this.lastPort = this.ports.find(bytes, start, end)
    this.lastStart = start
    this.lastEnd = end
    return this.lastPort
  }

  private noteState(port: number, state: string): void {
    this.hasState.add(port)
    if (ACTIVE.test(state.trimEnd())) this.wasActive.add(port)
  }

  private counterOf(name: string): number {
    return this.counters.names.indexOf(name)
  }

  private newReading(): PortReading {
    const values: number[] = []
    const large = new Map<number, string>()
    return {
      get: (name) => values[this.counterOf(name)] ?? Number.NaN,
      exact: (name) => wholeNumber(large.get(this.counterOf(name)) ?? values[this.counterOf(name)]),
      set: (counter, value, text) => {
        values[counter] = value
        if (text !== null) large.set(counter, text.trim())
      },
    }
  }
}

function deviceOf(text: string): string {
  return text.slice(0, text.lastIndexOf(' ')).trimEnd()
}

/** `100` of `100` and of `100 Gb/sec (4X EDR)`. */
function firstNumber(bytes: Uint8Array, start: number, end: number): number {
  let numberEnd = start
  while (numberEnd < end && !isBlank(bytes[numberEnd])) numberEnd++
  return parseDecimal(bytes, start, numberEnd)
}

function wholeNumber(value: string | number | undefined): bigint | null {
  const text = String(value ?? '')
  return /^\d+$/.test(text) ? BigInt(text) : null
}
