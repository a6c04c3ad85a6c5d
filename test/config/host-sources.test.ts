import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig, readConfigIfAny, selectHosts } from '../../src/config/config.js'
import { readHostFile } from '../../src/config/host-file.js'
import { hostSourceOf, readFlagSources, readHostSources } from '../../src/config/host-sources.js'
import { configFromHosts, initTemplate, readInitTemplate } from '../../src/config/template.js'

let folder = ''
let configPath = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusterp-sources-'))
  configPath = join(folder, 'config.yml')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Puts a program called scontrol alone into a PATH; it writes down its words. */
async function fakeScontrol(body: string): Promise<Record<string, string>> {
  const path = join(folder, 'scontrol')
  await writeFile(path, `#!/bin/sh\necho "$*" >>'${folder}/words'\n${body}\n`)
  await chmod(path, 0o755)
  return { PATH: folder }
}

const asked = async (): Promise<string[]> =>
  (await readFile(join(folder, 'words'), 'utf8')).trim().split('\n')

async function read(entry: string, env: Record<string, string> = {}) {
  return (await readHostSources([entry], { env: { PATH: folder, ...env }, configPath })).get(entry)
}

const names = (hosts: readonly { readonly name: string }[]): string[] => hosts.map(({ name }) => name)
const file = (text: string) => readHostFile(Buffer.from(text), 'f')

describe('hostSourceOf', () => {
  it.each([
    ['slurm', { kind: 'slurm', jobId: null }],
    ['slurm:4711', { kind: 'slurm', jobId: '4711' }],
    ['slurm:12_3', { kind: 'slurm', jobId: '12_3' }],
    ['slurm:12+1', { kind: 'slurm', jobId: '12+1' }],
    ['pbs', { kind: 'pbs' }],
    ['file:a b', { kind: 'file', path: 'a b' }],
  ])('reads %j', (text, source) => {
    expect(hostSourceOf(text)).toEqual({ value: source })
  })

  it.each(['slurm-login', 'slurm1', 'pbsnode', 'file', 'profile:x', 'root@slurm'])(
    'takes %j for a host',
    (text) => {
      expect(hostSourceOf(text)).toBeNull()
    },
  )

  it.each(['slurm:', 'slurm:x', 'slurm:-M', 'slurm:1 2', 'pbs:1', 'file:'])('refuses %j', (text) => {
    expect(hostSourceOf(text)).toHaveProperty('problem')
  })
})

describe('readHostFile', () => {
  it('takes the first word of each line and drops what comes again', () => {
    const text = `\uFEFF# rack 1\r\nnode1 slots=8\r\n\n  root@node2:2222 max-slots=4 # the big one\nnode1\nNODE1 slots=1\nn[08-10]\n`
    expect(file(text)).toEqual({ hosts: ['node1', 'root@node2:2222', 'n08', 'n09', 'n10'], problems: [] })
  })

  it.each([
    ['', 'f names no host'],
    ['# only a comment', 'f names no host'],
    ['a\n10.0.0.1 node1', 'f, line 2: "node1" after the host is not KEY=VALUE; a line holds one host'],
    ['a\n\nn[1', 'f, line 3: "n[1": a bracket is not closed'],
    ['-oProxyCommand=x', 'f, line 1: "-oProxyCommand=x": the host may hold letters'],
    ['slurm', 'f, line 1: "slurm": a list cannot hold another list'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(file(text).problems).toEqual([expect.stringContaining(problem)])
  })

  it('refuses bytes that are no text', () => {
    expect(readHostFile(Uint8Array.of(0x61, 0xff), 'f').problems).toEqual(['f is not UTF-8 text'])
  })
})

describe('slurm', () => {
  it('expands the node list of the job by itself where there is no scontrol', async () => {
    const env = { SLURM_JOB_NODELIST: 'n[1-3,7],m[01-02]x[1-2],login' }
    expect(await read('slurm', env)).toEqual({
      hosts: ['n1', 'n2', 'n3', 'n7', 'm01x1', 'm01x2', 'm02x1', 'm02x2', 'login'],
      problems: [],
    })
  })

  it('lets scontrol expand it', async () => {
    const env = await fakeScontrol(`printf 'a1\\na2\\na1\\n'`)
    expect((await read('slurm', { ...env, SLURM_JOB_NODELIST: 'a[1-2]' }))?.hosts).toEqual(['a1', 'a2'])
    expect(await asked()).toEqual(['show hostnames a[1-2]'])
  })

  it('expands it by itself when scontrol fails', async () => {
    const env = await fakeScontrol('exit 1')
    expect((await read('slurm', { ...env, SLURM_JOB_NODELIST: 'a[1-2]' }))?.hosts).toEqual(['a1', 'a2'])
  })

  it('says outside a job what to write', async () => {
    expect((await read('slurm'))?.problems).toEqual([
      expect.stringMatching(/SLURM_JOB_NODELIST is not set.*slurm:JOBID/),
    ])
  })

  it('asks scontrol for the nodes of a job, all its parts, and only of those that hold nodes', async () => {
    const env = await fakeScontrol(`
if [ "$2" = job ]; then
echo 'JobId=4711 JobName=a JobState=RUNNING ReqNodeList=(null) ExcNodeList=x9 NodeList=n[1-2] BatchHost=n1'
echo 'JobId=4712 JobName=b JobState=RUNNING ReqNodeList=r1 NodeList=n3 '
echo 'JobId=4713 JobName=NodeList=z JobState=COMPLETED NodeList=old'
else exit 1; fi`)
    expect((await read('slurm:4711', env))?.hosts).toEqual(['n1', 'n2', 'n3'])
    expect(await asked()).toEqual(['show job 4711 -o', 'show hostnames n[1-2],n3'])
  })

  it.each([
    [`echo 'JobId=1 JobState=PENDING NodeList=(null)'`, 'job 1 has no nodes now (PENDING)'],
    [`echo 'JobId=1 JobState=RUNNING NodeList= NumNodes=1'`, 'job 1 has no nodes now (RUNNING)'],
    [
      'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1',
      'scontrol: slurm_load_jobs error: Invalid job id specified',
    ],
  ])('says of a job that answers %j why there are none', async (body, problem) => {
    expect(await read('slurm:1', await fakeScontrol(body))).toEqual({ hosts: [], problems: [problem] })
  })

  it('says when there is no scontrol to ask', async () => {
    expect((await read('slurm:1'))?.problems).toEqual(['there is no scontrol program here to ask'])
  })
})

describe('pbs and file:', () => {
  it('takes the node file of the PBS job, a line for each process', async () => {
    const path = join(folder, 'nodes')
    await writeFile(path, 'n1\nn1\nn2\nn2\n')
    expect(await read('pbs', { PBS_NODEFILE: path })).toEqual({ hosts: ['n1', 'n2'], problems: [] })
    expect((await read('pbs'))?.problems).toEqual([expect.stringContaining('PBS_NODEFILE is not set')])
  })

  it('looks for a file in the folder of the config, at home for ~, else where the path says', async () => {
    await writeFile(join(folder, 'list'), 'n1')
    for (const entry of ['file:list', `file:${folder}/list`, 'file:~/list']) {
      expect(await read(entry, { HOME: folder })).toEqual({ hosts: ['n1'], problems: [] })
    }
  })

  it('names the file that is not there, or is none', async () => {
    expect((await read('file:none'))?.problems).toEqual([`there is no file ${join(folder, 'none')}`])
    expect((await read('file:.'))?.problems).toEqual([`${folder} is a directory`])
  })
})

describe('a config with lists', () => {
  const load = (env: Record<string, string> = {}, flags = {}) =>
    loadConfig({ path: configPath, env: { PATH: folder, ...env }, flags })

  it('merges them with the hosts it names itself, whose alias and user stand', async () => {
    await writeFile(join(folder, 'list'), 'n3\nroot@n2\nn4\n')
    await writeFile(configPath, 'hosts:\n- slurm\n- me@n2: TWO\n- file:list\n- local\n')
    const { config } = await load({ SLURM_JOB_NODELIST: 'n[1-3]' })
    expect(names(config.hosts)).toEqual(['n1', 'n3', 'n2', 'n4', 'localhost'])
    expect(config.hosts[2]).toMatchObject({ user: 'me', alias: 'TWO' })
  })

  it('says all that is wrong in one report', async () => {
    await writeFile(configPath, 'hosts:\n- slurm\n- file:none\n- slurm:x\n- pbs: P\n- a\n- a\ninterval: 0\n')
    await expect(load()).rejects.toMatchObject({
      exitCode: 2,
      problems: expect.arrayContaining([
        expect.stringContaining('hosts[0]: "slurm": SLURM_JOB_NODELIST is not set'),
        expect.stringContaining('hosts[1]: "file:none": there is no file'),
        expect.stringContaining('hosts[2]: "slurm:x": a job is a number'),
        expect.stringContaining('hosts[3]: "pbs" is a list of hosts and takes no alias'),
        expect.stringContaining('hosts[5]: host "a" is used twice'),
        expect.stringContaining('interval: must be'),
      ]),
    })
  })

  it('is --hosts alone, mixed with hosts', async () => {
    const { config, sources } = await load({ SLURM_JOB_NODELIST: 'n[1-2]' }, { hosts: 'slurm,local,n2' })
    expect(names(config.hosts)).toEqual(['n1', 'localhost', 'n2'])
    expect(sources.get('slurm')?.hosts).toEqual(['n1', 'n2'])
    await expect(load({}, { hosts: 'slurm' })).rejects.toMatchObject({ exitCode: 2 })
  })

  it('is read outside the job by commands that know their hosts, without asking the scheduler', async () => {
    await writeFile(configPath, 'hosts: [slurm, "slurm:7", pbs, "file:none", a]\n')
    const env = await fakeScontrol('exit 1')
    const loaded = await readConfigIfAny({ path: configPath, env, flags: {} })
    expect(names(loaded?.config.hosts ?? [])).toEqual(['a'])
    expect(loaded?.warnings).toEqual([expect.stringContaining('hosts[3]: "file:none": there is no file')])
    await expect(asked()).rejects.toThrow('ENOENT')
  })

  it('is saved from --hosts with the nodes of the job as they are now, and file: as written', async () => {
    await writeFile(join(folder, 'list'), 'n9\n')
    const env = { SLURM_JOB_NODELIST: 'n[1-3]' }
    const hosts = 'slurm,local,n2,file:list'
    const { sources, config } = await load(env, { hosts })
    await writeFile(configPath, configFromHosts(hosts, sources))
    expect(await readFile(configPath, 'utf8')).toContain(
      "hosts:\n  - n1\n  - n3\n  - local\n  - n2\n  - 'file:list'\nfilesystem_names",
    )
    const again = await load()
    expect(again.config).toEqual(config)
  })

  it('can be what init writes, whether or not the job runs', async () => {
    const template = await readInitTemplate()
    expect(initTemplate(['slurm,file:list'], template)).toContain("  - slurm\n  - 'file:list'\n")
    expect(() => initTemplate(['slurm:x'], template)).toThrow('a job is a number')
  })
})

describe('selectHosts with lists', () => {
  const known = ['n1', 'n2', 'n3'].map((name) => ({ name, alias: null }))

  it('takes the hosts of a list, which must be known', async () => {
    const place = { env: { PATH: folder, SLURM_JOB_NODELIST: 'n[2-3]' }, configPath }
    expect(selectHosts(known, 'slurm', await readFlagSources('slurm', place))).toEqual(['n2', 'n3'])
    const other = await readFlagSources('slurm', {
      ...place,
      env: { SLURM_JOB_NODELIST: 'n4', PATH: folder },
    })
    expect(() => selectHosts(known, 'slurm', other)).toThrow('"n4" is none of the 3 hosts')
    const none = await readFlagSources('pbs', place)
    expect(() => selectHosts(known, 'pbs,n1', none)).toThrow('--hosts: "pbs": PBS_NODEFILE is not set')
  })
})
