/** Raw text like that of `sadf -d -- -n DEV`, the same in each run. */

const HEADER =
  '# hostname;interval;timestamp;IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil\n'
export const FIRST_SECOND = Date.UTC(2026, 10, 20, 6)

/** Small pseudo-random rates with two decimals, a third of them 0. */
function rates(seed) {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state % 3 === 0 ? 0 : (state % 10_000_000) / 100).toFixed(2)
  }
}

/** `samples` seconds of `interfaces` interfaces of one host. */
export function networkText(host, seed, samples, interfaces) {
  const next = rates(seed)
  const lines = [HEADER]
  for (let sample = 0; sample < samples; sample++) {
    const time = new Date(FIRST_SECOND + sample * 1000).toISOString().slice(0, 19).replace('T', ' ')
    for (let nic = 0; nic < interfaces; nic++) {
      const values = `${next()};${next()};${next()};${next()};0.00;0.00;0.00;0.00`
      lines.push(`${host};1;${time} UTC;eth${nic};${values}\n`)
    }
  }
  return lines.join('')
}
