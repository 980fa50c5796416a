import type { Quantization, QuantizedTensor } from '../../quantize/quantize.js';
import type { DeviceSemantics } from '../../query/device.js';
import { count, directed } from './numbers.js';

const MOST_SHOWN = 12;

/** What a quantiser or a pruner made of the parameters, a line for each tensor. */
export function quantizationText({ as, tensors, pruned }: Quantization): string[] {
  const lines = tensors.slice(0, MOST_SHOWN).map((tensor) => tensorText(tensor, as));
  if (tensors.length > MOST_SHOWN) lines.push(`${count(tensors.length - MOST_SHOWN, 'more tensor')} (--json has all)`);
  if (pruned !== undefined) lines.unshift(`${as === 'copy' || tensors.length > 0 ? 'pruned' : 'may be pruned'}: ${count(pruned, 'weight')}`);
  return lines;
}

function tensorText({ layer, tensor, format, scale, zeroPoint, largestError }: QuantizedTensor, as: 'copy' | 'box'): string {
  const span = ([from, to]: [number, number]): string => (from === to ? String(from) : `${from} to ${to}`);
  const parts = [
    `${tensor} of layer ${layer}: ${format}`,
    ...(scale === undefined ? [] : [`scale ${span([Number(scale[0].toPrecision(4)), Number(scale[1].toPrecision(4))])}`]),
    ...(zeroPoint === undefined || (zeroPoint[0] === 0 && zeroPoint[1] === 0) ? [] : [`zero point ${span(zeroPoint)}`]),
    `${as === 'copy' ? 'changes' : 'any rounding changes'} by at most ${directed(largestError, 4, 'up')}`,
  ];
  return parts.join(', ');
}

/** Which devices an answer is about. */
export function deviceText(device: DeviceSemantics | undefined): string {
  if (device === undefined) return 'a device';
  const { arithmetic, activations } = device;
  const places = activations.map(({ at, format }) => `${format} ${at === 'input' ? 'at the input' : `behind layer ${at}`}`);
  return [`as a device computes it: ${arithmetic === 'real' ? 'exact sums' : `sums in ${arithmetic}, in any order`}`, ...places].join(', ');
}
