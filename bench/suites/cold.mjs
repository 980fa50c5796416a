import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, timed } from '../lib/measure.mjs';
import { digits } from '../lib/rows.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ESTIMATE = ['dist/cli/main.js', 'estimate', 'epsilon', 'examples/cats.json', '--delta', '0.01'];

export default {
  name: 'cold',
  title: 'a process from start to exit, wall; its files are in the page cache. Beside it Node alone, in turn',
  cases: ({ quick }) => [{
    name: 'parabound estimate epsilon cats.json', unit: 'ms', most: 200,
    async run() {
      const samples = [];
      const bare = [];
      for (let i = 0; i < (quick ? 4 : 31); i++) {
        const { ms } = await timed(() => node(ESTIMATE));
        const alone = await timed(() => node(['-e', '0']));
        if (i === 0) continue;
        samples.push(ms);
        bare.push(alone.ms);
      }
      return { samples, note: `Node alone: ${digits(median(bare))} ms`, detail: { nodeAloneMs: median(bare) } };
    },
  }],
};

function node(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(`node ${args.join(' ')} ended with ${status}`))));
  });
}
