/** Commands that answer for each row of a table. */
import { ParaboundError } from '../errors.js';
import { readInputs } from '../formats/csv.js';
import type { Model } from '../network/model.js';

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
