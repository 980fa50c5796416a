import { ProgressLine } from '../progress.js';
import { voiceOf } from '../query.js';
import { stopGracefully } from '../signals.js';
import { Unfinished } from '../terminal.js';

/** parabound reproduce [--out DIR]. The report comes piece by piece, so that the table is there before the figures are. */
export async function reproduceCommand(flags: object): Promise<void> {
  const signal = stopGracefully();
  const voice = voiceOf(flags);
  const { out, threads } = flags as { out?: string; threads?: number };
  const progress = new ProgressLine(voice);
  const { reproduce } = await import('../../paper/reproduce.js');
  const { reproduction, outputError } = await reproduce({
    ...(out === undefined ? {} : { out }),
    ...(threads === undefined ? {} : { threads }),
    signal,
    onProgress: ({ stage, done, total }) => progress.draw(`[${done}/${total}] ${stage}`),
    print: (text) => {
      progress.clear();
      if (!voice.json) process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
  }).finally(() => progress.clear());
  if (outputError !== null) throw new Unfinished(outputError, reproduction);
  if (voice.json) process.stdout.write(`${JSON.stringify(reproduction)}\n`);
}
