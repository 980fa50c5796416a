/** The rows that docs/*.md must have, from the tables that the program runs on. */
import { ERRORS } from '../../src/errors.js';
import { defaultOf, expectation, OPTIONS, usage, type Option } from '../../src/options.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function takes(option: Option): string {
  return option.kind === 'switch' || option.kind === 'text' || option.kind === 'structure' ? '' : expectation(option);
}

export function optionRow(option: Option): string {
  return `| \`${usage(option)}\` | ${cell(option.help)} | ${cell(takes(option))} | ${cell(defaultOf(option) ?? '')} |`;
}

export function optionRows(group: Option['group']): string[] {
  return OPTIONS.filter((option) => option.group === group).map(optionRow);
}

export function fieldRows(): string[] {
  return OPTIONS.filter((option) => option.commandOnly !== true).map((option) => `| \`${option.name}\` | \`${option.flag}\` |`);
}

export function errorRows(): string[] {
  return Object.entries(ERRORS).map(([code, { exitStatus, meaning }]) => `| \`${code}\` | ${exitStatus} | ${cell(meaning)} |`);
}
