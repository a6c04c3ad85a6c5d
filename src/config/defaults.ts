import type { Config, DeviceSelection } from '../model.js'

const SECONDS_PER_DAY = 86_400

const AUTO: DeviceSelection = { kind: 'auto' }
const NONE: DeviceSelection = { kind: 'none' }

/** What every key is when neither flag, environment nor file sets it: the only place where a default lives. */
export const DEFAULTS: Omit<Config, 'hosts'> = {
  // The original collects neither disks nor interfaces unless its keys are there.
  filesystems: NONE,
  interfaces: NONE,
  gpus: AUTO,
  infiniband: AUTO,
  intervalSec: 10,
  durationSec: 7 * SECONDS_PER_DAY,
  maxSizeBytes: 1_000_000_000,
  concurrency: 64,
  connectTimeoutMs: 10_000,
  remoteDir: '/var/tmp',
  collector: 'auto',
  plot: { formats: ['svg', 'png'], layout: 'auto', theme: 'light' },
  ssh: {
    gateways: [],
    username: null,
    password: null,
    passwordEnv: null,
    port: null,
    identityFile: null,
    hostKeyChecking: null,
    connect: { kind: 'ssh2' },
  },
}
