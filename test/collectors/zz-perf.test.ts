import { it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
it('perf', () => {
  const lines = ['timestamp, index, uuid, name, utilization.gpu [%], utilization.memory [%], memory.used [MiB], memory.total [MiB], temperature.gpu, power.draw [W], clocks.current.sm [MHz], clocks.current.memory [MHz], pstate, fan.speed [%], power.limit [W], clocks_event_reasons.gpu_idle, clocks_event_reasons.applications_clocks_setting, clocks_event_reasons.sw_power_cap, clocks_event_reasons.hw_slowdown, clocks_event_reasons.hw_thermal_slowdown, clocks_event_reasons.hw_power_brake_slowdown, clocks_event_reasons.sw_thermal_slowdown, clocks_event_reasons.sync_boost']
  for (let s = 0; s < 60480; s++) for (let g = 0; g < 8; g++) {
    const t = new Date(Date.UTC(2026,10,20) + s * 10000 + g * 4).toISOString().slice(0,23).replaceAll('-', '/').replace('T', ' ')
    lines.push(`${t}, ${g}, GPU-5a4f0a2e-1111-4c1d-9d7e-01234567890${g}, NVIDIA H100 80GB HBM3, ${s%101}, ${s%51}, ${1000+s%100}, 81559, ${30+s%40}, ${(100+5*(s%101)).toFixed(2)}, 1410, 2619, P0, [N/A], 700.00, Not Active, Not Active, Active, Not Active, Not Active, Not Active, Not Active, Not Active`)
  }
  const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`)
  lines.length = 0
  for (let i = 0; i < 3; i++) {
    const t0 = performance.now()
    const c0 = process.cpuUsage()
    const p = parseRaw('gpu', 'n', [{ path: 'raw/gpu/n', bytes }], { meta: null, windowMs: null })
    process.stdout.write(`${bytes.length / 1e6} MB rows ${p.table.rowCount} ${Math.round(performance.now() - t0)} ms cpu ${process.cpuUsage(c0).user/1000} rss ${Math.round(process.memoryUsage().rss / 1e6)} ${p.warnings.length}\n`)
  }
  const ib = ['# clusterp-proc 1 infiniband 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab']
  for (let s = 0; s < 60480; s++) {
    ib.push(`@ ${1795161600 + s * 10}.000000 ${5000 + s * 10}.00 48`)
    for (let d = 0; d < 8; d++) for (const [i, n] of ['state', 'rate', 'port_rcv_data', 'port_xmit_data', 'port_rcv_errors', 'port_xmit_discards'].entries()) ib.push(`mlx5_${d} 1 ${n} ${i === 0 ? 'ACTIVE' : i === 1 ? 400 : s * 1e6}`)
  }
  const b2 = new TextEncoder().encode(`${ib.join('\n')}\n`)
  for (let i = 0; i < 3; i++) {
    const t0 = performance.now()
    const c0 = process.cpuUsage()
    const p = parseRaw('infiniband', 'n', [{ path: 'raw/infiniband/n', bytes: b2 }], { meta: null, windowMs: null })
    process.stdout.write(`${b2.length / 1e6} MB rows ${p.table.rowCount} ${Math.round(performance.now() - t0)} ms cpu ${process.cpuUsage(c0).user/1000}\n`)
  }
})
