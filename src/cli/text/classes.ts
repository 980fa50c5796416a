import type { Model } from '../../network/model.js';
import { plain } from './numbers.js';

/** A class by its name and number, or by its number alone where the model names none. */
export function classText(model: Model, label: number): string {
  return model.labels === null ? String(label) : `${plain(model.labels[label])} (${label})`;
}
