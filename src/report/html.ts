import { plain } from '../cli/text/numbers.js';
import { escapeXml as escape } from './svg.js';
import type { Block, Inline, Rich, Section, State, Table } from './content.js';

/** The one place where the page's texts become HTML, and are escaped. */
export function sectionHtml({ id, title, blocks }: Section): string {
  return `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${escape(title)}</h2>\n${blocks.map(blockHtml).join('\n')}\n</section>`;
}

export function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${richHtml(block.text)}</p>`;
    case 'heading':
      return `<h3>${richHtml(block.text)}</h3>`;
    case 'verdicts':
      return `<ul class="verdicts">${block.items.map(({ state, text, detail }) =>
        `<li class="${state}"><span class="badge"><span aria-hidden="true">${SIGNS[state]}</span> ${WORDS[state]}</span><div><p>${richHtml(text)}</p>${detail === undefined ? '' : `<p class="detail">${richHtml(detail)}</p>`}</div></li>`).join('\n')}</ul>`;
    case 'facts':
      return `<dl>${block.rows.map(([title, value]) => `<div><dt>${richHtml(title)}</dt><dd>${richHtml(value)}</dd></div>`).join('\n')}</dl>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${richHtml(item)}</li>`).join('\n')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'figure':
      return `<figure><div class="picture${block.light === true ? ' light' : ''}">${block.svg}</div><figcaption>${richHtml(block.caption)}</figcaption></figure>`;
    case 'commands':
      return `<pre><code>${block.lines.map(commandHtml).join('\n')}</code></pre>`;
  }
}

/** What the badge of a verdict says, so that neither colour nor sign need be seen. */
export const WORDS: Record<State, string> = { proved: 'Proved', refuted: 'Violated', open: 'Not decided', bounded: 'Bounded' };
const SIGNS: Record<State, string> = { proved: '\u2713', refuted: '\u2715', open: '?', bounded: '\u2194' };

export function richHtml(text: Rich): string {
  return text.map(inlineHtml).join('');
}

function inlineHtml(part: Inline): string {
  if (typeof part === 'string') return escape(part);
  if ('code' in part) return `<code>${escape(plain(part.code))}</code>`;
  if ('strong' in part) return `<strong>${escape(part.strong)}</strong>`;
  return `<bdi>${escape(shortName(part.name))}</bdi>`;
}

/** Words are broken at their ends, so that no flag is. */
function commandHtml(line: string): string {
  return plain(line).split(' ').map((word) => `<span>${escape(word)}</span>`).join(' ');
}

const LONGEST_NAME = 60;

/** A name from a file, as much of it as a sentence can hold. */
export function shortName(text: string, longest = LONGEST_NAME): string {
  const points = Array.from(plain(text.slice(0, 4 * longest)));
  return points.length > longest ? `${points.slice(0, longest - 1).join('')}\u2026` : points.join('');
}

function tableHtml({ caption, head, rows, numeric = [] }: Table): string {
  const align = (column: number): string => (numeric.includes(column) ? ' class="number"' : '');
  const headings = head.map((text, i) => `<th scope="col"${align(i)}>${richHtml(text)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell, i) => (i === 0 ? `<th scope="row">${richHtml(cell)}</th>` : `<td${align(i)}>${richHtml(cell)}</td>`)).join('')}</tr>`);
  // A table too wide for a phone is scrolled by itself; the keyboard has to reach it then.
  return `<div class="scroll" role="group" aria-label="${escape(plainText(caption))}" tabindex="0"><table${head.length > 3 ? ' class="wide"' : ''}>\n<caption><span>${richHtml(caption)}</span></caption>\n<thead><tr>${headings}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

export function plainText(text: Rich): string {
  return text.map((part) => (typeof part === 'string' ? part : 'code' in part ? plain(part.code) : 'strong' in part ? part.strong : shortName(part.name))).join('');
}
