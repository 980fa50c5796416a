/** Rows of inputs, one batch at a time: the addon judges them, and exact arithmetic or Z3 what it leaves open. */
import { isNominalAlone } from '../query/box.js';
import type { Query } from '../query/query.js';
import { verifyLabel } from '../query/sigma.js';
import { clamp } from '../query/units.js';
import { FLIPPABLE, SAFE, type JudgedPoints, type NativeJudge } from '../search/judge.js';
import { flatInputs } from '../stream/inputs.js';
import { labelAt, nominalLabelAt, ownParameters } from './question.js';
import type { InputVerdict } from './result.js';

/** A call to the addon comes back after this much: what is known is not to wait for the rest of its batch. */
const CALL_MS = 100;
/** Beyond this many parameters exact arithmetic would hold up the event loop. */
const MOST_PARAMETERS = 20_000;

type Verdict = Omit<InputVerdict, 'row'>;

/** What is known of one row. */
interface Judged {
  verdict: number;
  nominal: number;
  label: number;
  /** Parameters, and the nominal label that they change or may change. */
  changes: { from: number; parameters: Float64Array }[];
}

export class Rows {
  readonly #query: Query;
  readonly #native: NativeJudge;
  readonly #stop: Int32Array;
  readonly #nothingMoves: boolean;
  readonly #startedAt = performance.now();
  /** Looked at by the addon, and boxes of searches. */
  boxes = 0;
  #given = 0;

  /** A `stop` that is not zero ends what runs. */
  constructor(query: Query, native: NativeJudge, stop: Int32Array) {
    this.#query = query;
    this.#native = native;
    this.#stop = stop;
    this.#nothingMoves = isNominalAlone(query.engine.network, query.engine.box);
  }

  /** Verdicts of a batch, with their inputs; fewer than it has where it was stopped. */
  async judge(batch: readonly Float64Array[]): Promise<{ verdict: InputVerdict; input: Float64Array }[]> {
    const { model, options } = this.#query;
    const first = this.#given + 1;
    this.#given += batch.length;
    const rows = flatInputs(model, batch);
    const width = model.inputCount;
    const fed = model.normalisation === null ? rows : clamp(rows, model.normalisation, 1);
    const verdicts: { verdict: InputVerdict; input: Float64Array }[] = [];
    while (verdicts.length < batch.length && this.#stop[0] === 0) {
      const judged = unpacked(await this.#native.points(fed.subarray(verdicts.length * width), CALL_MS, options.witness !== 'none', this.#stop), this.#query.engine.network.parameters.length);
      this.boxes += judged.length;
      for (const one of judged) {
        if (this.#stop[0] !== 0 && one.verdict !== SAFE && one.verdict !== FLIPPABLE) break;
        const at = verdicts.length;
        const input = rows.subarray(at * width, (at + 1) * width);
        verdicts.push({ verdict: { row: first + at, ...(await this.#settle(one, input)) }, input });
      }
    }
    return verdicts;
  }

  async #settle(judged: Judged, input: Float64Array): Promise<Verdict> {
    const query = this.#query;
    const nominalLabel = judged.nominal >= 0 ? judged.nominal : nominalLabelAt(query, input);
    // f_p = f_p0 for the only p there is, which intervals cannot tell at a tie.
    if (this.#nothingMoves || judged.verdict === SAFE) return this.#stays('safe', nominalLabel);
    if (judged.verdict === FLIPPABLE && judged.label >= 0) return this.#flips(nominalLabel, judged.label, input, judged.changes[0]?.parameters);
    if (judged.verdict === FLIPPABLE || query.engine.network.parameters.length <= MOST_PARAMETERS) {
      for (const { from, parameters } of judged.changes) {
        if (from !== nominalLabel) continue;
        const label = labelAt(query, ownParameters(query, parameters), input);
        if (judged.verdict === FLIPPABLE || (label !== null && label !== nominalLabel)) return this.#flips(nominalLabel, label, input, parameters);
      }
    }
    return this.#search(nominalLabel, input);
  }

  /** Z3, where it is asked for. A search without it would see no more than the addon did. */
  async #search(nominalLabel: number | null, input: Float64Array): Promise<Verdict> {
    const { given, options, limits: { timeoutMs } } = this.#query;
    if ((options.smt ?? 'off') === 'off') return this.#stays('undecided', nominalLabel);
    const left = timeoutMs === undefined ? {} : { timeout: Math.max(0, timeoutMs - (performance.now() - this.#startedAt)) / 1000 };
    const { verdict, witness, stats } = await verifyLabel(given, { ...options, ...left, at: input, witness: 'full' });
    this.boxes += stats.boxes;
    if (verdict !== 'violated') return this.#stays(verdict === 'robust' ? 'safe' : 'undecided', nominalLabel);
    const { parameters, label } = witness!;
    return { verdict: 'flips', nominalLabel, label, ...this.#witness(input, parameters) };
  }

  #stays(verdict: 'safe' | 'undecided', nominalLabel: number | null): Verdict {
    return { verdict, nominalLabel, label: null, ...(this.#query.options.witness === 'none' ? {} : { witness: null }) };
  }

  #flips(nominalLabel: number | null, label: number | null, input: Float64Array, parameters: Float64Array | undefined): Verdict {
    return { verdict: 'flips', nominalLabel, label, ...this.#witness(input, parameters === undefined ? null : Array.from(ownParameters(this.#query, parameters))) };
  }

  #witness(input: Float64Array, parameters: number[] | null): Pick<Verdict, 'witness'> {
    const { box: { isCopy }, options } = this.#query;
    return options.witness === 'none' ? {} : { witness: { input: Array.from(input), parameters: isCopy ? null : parameters } };
  }
}

/** The addon's columns as one object a row. */
function unpacked({ verdict, nominal, label, row, from, parameters }: JudgedPoints, size: number): Judged[] {
  const rows = Array.from(verdict, (each, i): Judged => ({ verdict: each, nominal: nominal[i], label: label[i], changes: [] }));
  row.forEach((i, n) => { rows[i].changes.push({ from: from[n], parameters: parameters.subarray(n * size, (n + 1) * size) }); });
  return rows;
}
