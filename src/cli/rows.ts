/** Commands that answer for each row of a table. */
import { ParaboundError } from '../errors.js';
import { readInputs } from '../formats/csv.js';
import type { Model } from '../network/model.js';
import type { ProgressLine } from './progress.js';
import { sayNotes, Unfinished, type Voice } from './terminal.js';

/** A row that is no input ends the rows: what came before it is answered and said, and then what is wrong. */
export class Rows {
  readonly #path: string;
  readonly #model: Model;
  readonly notes: string[] = [];
  failure: ParaboundError | undefined;

  constructor(path: string, model: Model) {
    this.#path = path;
    this.#model = model;
  }

  async* inputs(): AsyncGenerator<Float64Array, void, undefined> {
    let any = false;
    try {
      for await (const { input } of readInputs(this.#path, this.#model, (note) => this.notes.push(note))) {
        any = true;
        yield input;
      }
    } catch (error) {
      if (!any || !(error instanceof ParaboundError)) throw error;
      this.failure = error;
    }
  }

  /** Hands on each answer of a stream over the rows; gives its summary, with what there is to say of the table. */
  async drain<R, S extends { notes: string[] }>(stream: AsyncGenerator<R, S, undefined>, progress: ProgressLine, each: (answer: R) => Promise<void>): Promise<S> {
    try {
      for (;;) {
        const step = await stream.next();
        if (step.done === true) return { ...step.value, notes: [...this.notes, ...step.value.notes] };
        await each(step.value);
      }
    } finally {
      progress.clear();
    }
  }

  /** The end of a command: notes, the summary in words or as JSON, and what was wrong with a row. */
  say(voice: Voice, summary: { notes: string[] }, text: () => string): void {
    sayNotes(voice, summary.notes);
    if (!voice.json) process.stdout.write(`${text()}\n`);
    if (this.failure !== undefined) throw new Unfinished(this.failure, summary);
    if (voice.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  }
}

/** NDJSON on stdout, in pieces of some kilobytes at the reader's pace, none kept back for long. */
export class Lines {
  static readonly #PIECE = 1 << 16;
  static readonly #KEPT_MS = 50;
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  async write(value: object): Promise<void> {
    this.#text += `${JSON.stringify(value)}\n`;
    if (this.#text.length > Lines.#PIECE) return this.flush();
    this.#timer ??= setTimeout(() => void this.flush(), Lines.#KEPT_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = '';
    if (text !== '' && !process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
  }
}
