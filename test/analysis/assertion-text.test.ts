import { describe, expect, it } from 'vitest'
import { parseAssertion } from '../../src/analysis/assertion-text.js'

describe('parseAssertion', () => {
  it('reads resource, column, statistic, sign and number', () => {
    expect(parseAssertion('cpu.iowait_pct.p95 < 20')).toEqual({
      expression: 'cpu.iowait_pct.p95 < 20',
      asked: { kind: 'column', resource: 'cpu', device: null, column: 'iowait_pct', statistic: 'p95' },
      operator: '<',
      limit: 20,
    })
  })

  it('takes a device, also one with dots in its name', () => {
    expect(parseAssertion('disk.OS.utilization_pct.peak<=90')).toMatchObject({ asked: { device: 'OS' } })
    expect(parseAssertion('network.eth0.100.in_bytes_per_s.mean > 0')).toMatchObject({
      asked: { device: 'eth0.100', column: 'in_bytes_per_s' },
    })
  })

  it('calls max what it calls peak', () => {
    expect(parseAssertion('load.run_queue.max < 8')).toMatchObject({ asked: { statistic: 'peak' } })
  })

  it.each([
    ['network.in_bytes_per_s.p95 < 1GB', 1e9],
    ['network.in_bytes_per_s.p95 < 1 GB/s', 1e9],
    ['memory.used_bytes.peak < 1.5GiB', 1.5 * 2 ** 30],
    ['memory.used_bytes.peak < 512 MiB', 512 * 2 ** 20],
    ['cpu.utilization_pct.mean >= 80%', 80],
    ['cpu.utilization_pct.mean >= .5 %', 0.5],
    ['disk.await_ms.p95 < 10ms', 10],
    ['disk.await_ms.p95 < 1 s', 1000],
    ['run.length_s < 10m', 600],
    ['phase.length_s < 1.5 h', 5400],
    ['gpu.power_watts.mean < 0.3kW', 300],
    ['disk.transfers_per_s.mean < 1e3', 1000],
    ['swap.swap_in_pages_per_s.mean <= -1', -1],
  ])('reads the limit of %s in the unit of the column', (text, limit) => {
    const parsed = parseAssertion(text)
    expect('limit' in parsed && parsed.limit).toBeCloseTo(limit, 9)
  })

  it.each(['<', '<=', '>', '>=', '==', '!='])('knows %s', (operator) => {
    expect(parseAssertion(`cpu.steal_pct.mean${operator}1`)).toMatchObject({ operator, limit: 1 })
  })

  it.each([
    ['cpp.iowait_pct.p95 < 20', 1, 'cpp'],
    ['  cpp.iowait_pct.p95 < 20', 3, 'cpp'],
    ['cpu.iowait_pt.p95 < 20', 5, 'iowait_pt'],
    ['disk.OS.await.p95 < 20', 9, 'await'],
    ['cpu.iowait_pct.p59 < 20', 16, 'p59'],
    ['cpu.iowait_pct < 20', 15, ''],
    ['cpu < 20', 5, ''],
    ['cpu.0.iowait_pct.p95 < 20', 5, '0'],
    ['cpu.iowait_pct.p95', 19, ''],
    ['cpu.iowait_pct.p95 = 20', 20, '='],
    ['cpu.iowait_pct.p95 <', 21, ''],
    ['cpu.iowait_pct.p95 < many', 22, ''],
    ['cpu.iowait_pct.p95 < 20 MB', 25, 'MB'],
    ['memory.used_bytes.peak < 3 GHz', 28, 'GHz'],
    ['run.seconds < 600', 5, 'seconds'],
    ['gpu-processes.memory_used_bytes.peak < 1GB', 1, 'gpu-processes'],
    ['cpu.iowait_pct.p95 < 1toString', 23, 'toString'],
  ])('says where %s is wrong', (text, character, word) => {
    expect(parseAssertion(text)).toMatchObject({ character, word })
  })

  it('offers the columns of the resource, and the statistics', () => {
    expect(parseAssertion('load.queue.mean < 1')).toMatchObject({
      choices: ['run_queue', 'tasks', 'load_1', 'load_5', 'load_15', 'blocked'],
    })
    expect(parseAssertion('load.tasks.avg < 1')).toMatchObject({
      choices: ['mean', 'median', 'p95', 'peak', 'min', 'max'],
    })
  })
})
