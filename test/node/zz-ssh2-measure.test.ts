import { it } from 'vitest'
import { run, testPool } from '../remote/ssh/pool.js'
import { startSshd } from '../remote/ssh/sshd.js'
const lines: string[] = []
async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const c0 = process.cpuUsage(); const t0 = performance.now()
  const v = await work()
  const c = process.cpuUsage(c0)
  lines.push(`${name}: wall ${(performance.now() - t0).toFixed(0)} ms cpu ${((c.user + c.system) / 1000).toFixed(0)} ms`)
  return v
}
it('m', async () => {
  const sshd = await startSshd()
  await testPool().open(sshd.target('warm'))
  for (let round = 0; round < 3; round++) {
    for (const n of [64]) {
      const pool = testPool({ connectTimeoutMs: 30000 })
      const ts = await measure(`${n} logins`, () => Promise.all(Array.from({ length: n }, (_, i) => pool.open(sshd.target(`n${i}`)))))
      await measure(`${n} runs`, () => Promise.all(ts.map((t) => run(t, 'echo x\n'))))
      await measure(`${n} runs again`, () => Promise.all(ts.map((t) => run(t, 'echo x\n'))))
      await measure(`${n} close`, () => pool.close())
    }
    const pool = testPool({ connectTimeoutMs: 30000 })
    const ts = await measure(`32 behind gateway`, () => Promise.all(Array.from({ length: 32 }, (_, i) => pool.open({ ...sshd.target(`n${i}`), hops: [sshd.hop('gate')] }))))
    await measure(`32 runs`, () => Promise.all(ts.map((t) => run(t, 'echo x\n'))))
    await measure(`32 close`, () => pool.close())
  }
  const pool = testPool({ connectTimeoutMs: 60000 })
  await measure(`256 logins`, () => Promise.all(Array.from({ length: 256 }, (_, i) => pool.open(sshd.target(`n${i}`)))))
  await measure(`256 close`, () => pool.close())
  process.stdout.write(lines.join('\n') + '\n')
  await sshd.stop()
})
