import { basename, extname } from 'node:path';
import { asParaboundError, ParaboundError, show } from '../../errors.js';
import type { Model } from '../../network/model.js';
import { writeOutput } from '../../output.js';
import { domainMissing, outsideNote } from '../../query/domain.js';
import type { QueryOptions } from '../../query/settings.js';
import { inUnits } from '../../query/units.js';
import type { RegionOptions, RegionProgress } from '../../region/region.js';
import { NO_BOUNDS, type RegionResult } from '../../region/result.js';
import { ProgressLine } from '../progress.js';
import { readQuery } from '../query.js';
import { say, sayNotes, Unfinished } from '../terminal.js';
import { count, seconds } from '../text/numbers.js';
import { regionText } from '../text/region.js';

type Domain = [number, number][];

/** parabound region MODEL [--out FILE.svg] */
export async function regionCommand(path: string, flags: object): Promise<void> {
  const { slice, resolution, boxes, out, ...rest } = flags as { slice?: string; resolution?: number; boxes?: number; out?: string };
  const { model, options, voice, progress } = await readQuery(path, rest);
  const { onProgress, ...query } = options;
  const asked: RegionOptions = {
    ...query as RegionOptions,
    ...(slice === undefined ? {} : sliced(model, slice, options)),
    ...(resolution === undefined ? {} : { resolution }),
    ...(boxes === undefined ? {} : { boxes }),
    ...(onProgress === undefined ? {} : { onProgress: (each: RegionProgress) => { draw(progress, each); } }),
  };
  if (out !== undefined) checkPicture(model, asked, out);
  const { flipRegion } = await import('../../region/region.js');
  const result = await flipRegion(model, asked).finally(() => progress.clear());
  sayNotes(voice, result.notes);
  if (out !== undefined) await draftPicture(result, basename(model.source), out);
  say(voice, result, () => regionText(model, result, out));
}

function draw(progress: ProgressLine, { safe, flippable, undecided, boxes, seconds: taken }: RegionProgress): void {
  const part = (value: number): string => `${(100 * value).toFixed(1)}%`;
  progress.draw(`safe ${part(safe.lower)}, can flip ${part(flippable.lower)}, undecided ${part(undecided.upper)}  ${count(boxes, 'box', 'boxes')}, ${seconds(taken)}`);
}

/** Before a search that may take long. */
function checkPicture(model: Model, { domain, units }: RegionOptions, out: string): void {
  if (!['', '.svg'].includes(extname(out).toLowerCase())) throw new ParaboundError('OPTION_INVALID', `a file that ends in '${extname(out)}'`, '--out', 'one that ends in .svg: the picture is SVG');
  const all = domain ?? own(inUnits(model, units));
  const free = all?.filter((interval) => Array.isArray(interval) && interval[0] < interval[1]).length;
  if (free !== undefined && free !== 2) throw new ParaboundError('OPTION_INVALID', count(free, 'varying input'), '--out', 'two for a picture; --slice holds others still');
}

async function draftPicture(result: RegionResult, name: string, out: string): Promise<void> {
  const { regionFigure } = await import('../../region/figure.js');
  const svg = await regionFigure(result, { title: `Where labels of ${name} can flip` });
  try {
    await writeOutput(out, svg);
  } catch (error) {
    throw new Unfinished(asParaboundError(error), result);
  }
}

function own({ domain }: Model): Domain | undefined {
  return domain === null ? undefined : Array.from({ length: domain.length / 2 }, (_, j) => [domain[2 * j], domain[2 * j + 1]]);
}

/** The domain with some inputs held still: `name=value` or `x2=value`, joined by commas. As with --at, a value outside of it is legal, and worth saying. */
export function sliced(model: Model, text: string, { domain: given, units, notes = [] }: QueryOptions): { domain: Domain; notes: string[] } {
  const whole = (given as Domain | undefined) ?? own(inUnits(model, units));
  if (whole === undefined) throw domainMissing(model, NO_BOUNDS);
  if (!Array.isArray(whole) || whole.length !== model.inputCount) return { domain: whole, notes: [...notes] }; // the query says what is wrong with it
  const domain = [...whole];
  const inputs = Array.from({ length: model.inputCount }, (_, j) => j);
  for (const word of text.split(',')) {
    const at = word.lastIndexOf('=');
    const [name, value] = [word.slice(0, at).trim(), word.slice(at + 1).trim()];
    // A name counts first: an input of another number may be called x0.
    const named = inputs.find((j) => model.inputName(j) === name) ?? inputs.find((j) => `x${j}` === name);
    if (at < 0 || named === undefined || value === '' || !Number.isFinite(Number(value))) {
      throw new ParaboundError('OPTION_INVALID', show(word), '--slice', 'an input by name or as x0, x1, ..., = and a number; several with commas');
    }
    domain[named] = [Number(value), Number(value)];
  }
  const held = inputs.filter((j) => domain[j] !== whole[j] && Array.isArray(whole[j]));
  const outside = outsideNote(`the slice is outside the ${given === undefined ? 'model\'s ' : ''}domain`, model, held, (j) => [domain[j][0], ...whole[j]]);
  return { domain, notes: [...notes, ...outside] };
}
