// A program as a process of its own: what it printed, and what it and its children took, both from wait4: CPU time by the shell's `time`,
// the most memory that one of them held by GNU time. Where that is not installed memory is sampled (on Linux).
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

const SAMPLE_MS = 5;
const GNU_TIME = spawnSync('/usr/bin/time', ['-f', 'peak %M', 'true'], { encoding: 'utf8' }).stderr?.startsWith('peak ') === true;

/** `seconds` of CPU time, and four times that of wall time: other processes may be at work. */
export async function measuredProcess(command, args, { seconds, env = {} }) {
  const script = `ulimit -t ${Math.ceil(seconds) + 1}; TIMEFORMAT='cpu %U %S'; time ${GNU_TIME ? "/usr/bin/time -q -f 'peak %M' " : ''}timeout -k 1 ${4 * seconds} "$@"`;
  const child = spawn('bash', ['-c', script, 'bash', command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C', ...env } });
  let [stdout, stderr, peakKiB] = ['', '', 0];
  child.stdout.on('data', (data) => { stdout += data; });
  child.stderr.on('data', (data) => { stderr += data; });
  const sampling = GNU_TIME ? undefined : setInterval(() => { peakKiB = Math.max(peakKiB, ...descendants(child.pid).map(highWater)); }, SAMPLE_MS);
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(sampling));
  if (GNU_TIME) peakKiB = Number(/^peak (\d+)$/m.exec(stderr)?.[1] ?? 0);
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  const cpuSeconds = user === undefined ? NaN : Number(user) + Number(system);
  return { stdout, stderr, status, cpuSeconds, peakMiB: peakKiB === 0 ? null : peakKiB / 1024, timedOut: status === 124 || status === 137 || status === 152 || cpuSeconds >= seconds };
}

function descendants(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((each) => each !== '').map(Number);
    return [...children, ...children.flatMap(descendants)];
  } catch {
    return [];
  }
}

function highWater(pid) {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
