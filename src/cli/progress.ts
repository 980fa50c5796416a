import type { Progress } from '../search/request.js';
import { count, interval, seconds } from './text/numbers.js';
import type { Voice } from './terminal.js';

const EVERY_MS = 100;

/** A line on stderr that rewrites itself; nothing at all unless stderr is a terminal. */
export class ProgressLine {
  readonly #shown: boolean;
  #last = 0;
  #drawn = false;

  constructor({ quiet }: Voice) {
    this.#shown = process.stderr.isTTY && !quiet;
  }

  /** Undefined where there is nothing to draw on, so that the search need not report. */
  get listener(): ((progress: Progress & { label?: number }) => void) | undefined {
    if (!this.#shown) return undefined;
    return (progress) => {
      const { boxes, open, label, phase } = progress;
      const subject = `${phase === undefined ? '' : 'certificate, '}${label === undefined ? '' : `label ${label}: `}`;
      this.draw(`${subject}${interval(progress)}  ${count(boxes, 'box', 'boxes')}, ${open.toLocaleString('en-US')} open, ${seconds(progress.seconds)}`);
    };
  }

  draw(text: string): void {
    const now = performance.now();
    if (!this.#shown || now - this.#last < EVERY_MS) return;
    this.#last = now;
    this.#drawn = true;
    const { columns } = process.stderr;
    process.stderr.write(`\r\x1b[2K${columns > 0 ? text.slice(0, columns - 1) : text}`);
  }

  clear(): void {
    if (this.#drawn) process.stderr.write('\r\x1b[2K');
    this.#drawn = false;
  }
}
