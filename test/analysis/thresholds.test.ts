import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LEAST_COMPARED_BINS } from '../../src/analysis/judging/compared.js'
import { CPU_BUSY_PCT, CPU_FULL_PCT, HOT_CORE_PCT, OTHERS_IDLE_PCT } from '../../src/analysis/judging/cpu.js'
import { LEAST_HOSTS, MODIFIED_Z } from '../../src/analysis/judging/deviations.js'
import { AWAIT_RISE, DISK_BUSY_PCT, DISK_LIGHT_PCT, DISK_QUEUE } from '../../src/analysis/judging/disk.js'
import { LEAST_ERRORS, LOSS_PCT } from '../../src/analysis/judging/errors.js'
import { GPU_BUSY_PCT, GPU_MEMORY_FULL_PCT, THROTTLE_WORDS } from '../../src/analysis/judging/gpu.js'
import { IDLE_PCT, WORKING_PCT } from '../../src/analysis/judging/idle.js'
import { IMBALANCE_PCT, IMBALANCE_POINTS } from '../../src/analysis/judging/imbalance.js'
import { LINK_FULL_PCT } from '../../src/analysis/judging/links.js'
import {
  MAJOR_FAULTS_PER_S,
  MEMORY_BUSY_PCT,
  MEMORY_FULL_PCT,
  SCANNED_PAGES_PER_S,
  SWAP_PAGES_PER_S,
} from '../../src/analysis/judging/memory.js'
import { GPU_STARVED_PCT } from '../../src/analysis/judging/starvation.js'
import { BOTTLENECK_SHARE, SATURATION_SHARE } from '../../src/analysis/judging/states.js'
import { STEAL_PCT } from '../../src/analysis/judging/steal.js'
import { LEAST_POINTS } from '../../src/analysis/judging/stragglers.js'
import { MAD_TO_SIGMA } from '../../src/analysis/order.js'

const text = readFileSync(new URL('../../docs/verdicts.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')

describe('docs/verdicts.md', () => {
  it.each([
    `for at least ${100 * BOTTLENECK_SHARE} % of a phase's measured time`,
    `From ${100 * SATURATION_SHARE} % to ${100 * BOTTLENECK_SHARE} % it is told as`,
    `utilization ≥ ${CPU_BUSY_PCT} % and more runnable tasks than CPUs; or ≥ ${CPU_FULL_PCT} %`,
    `busiest core ≥ ${HOT_CORE_PCT} % while the others are at ${OTHERS_IDLE_PCT} %`,
    `≥ ${STEAL_PCT} % of the CPU time`,
    `${SWAP_PAGES_PER_S} or more pages/s swapped`,
    `≥ ${MEMORY_BUSY_PCT} % in use with ${SCANNED_PAGES_PER_S} pages/s scanned or ${MAJOR_FAULTS_PER_S} major faults/s`,
    `≥ ${MEMORY_FULL_PCT} % in use without pressure`,
    `busy ≥ ${DISK_BUSY_PCT} %, more than ${DISK_QUEUE} request queued, and requests take more than ${AWAIT_RISE} times`,
    `(${DISK_LIGHT_PCT} % busy or more in more than nine tenths`,
    `max(in, out) ≥ ${LINK_FULL_PCT} % of the link's speed`,
    `kernels ran ≥ ${GPU_BUSY_PCT} % of the time`,
    `GPUs < ${GPU_STARVED_PCT} % while CPUs`,
    `≥ ${GPU_MEMORY_FULL_PCT} % of the fullest GPU`,
    `≥ ${LEAST_ERRORS} and ≥ ${LOSS_PCT} % of the packets`,
    `≤ ${IDLE_PCT} % for 95 % of the time while another node is at ${WORKING_PCT} %`,
    `≥ ${IMBALANCE_PCT} %, and the fullest node ${IMBALANCE_POINTS} points`,
    `at least ${LEAST_HOSTS} nodes and ${LEAST_COMPARED_BINS} bins`,
    `(score − median) / (${MAD_TO_SIGMA} · MAD), exceeds ${MODIFIED_Z}`,
    `${LEAST_POINTS} percentage points above the median score`,
    ...Object.keys(THROTTLE_WORDS),
  ])('has the threshold of the code: %s', (phrase) => {
    expect(text).toContain(phrase)
  })
})
