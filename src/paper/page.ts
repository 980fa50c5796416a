import { figureDescription } from './figure.js';
import { prose } from './prose.js';
import type { RefutationText } from './refutation-text.js';
import type { NetworkResults, Reproduction } from './reproduction.js';
import { STYLE } from './page-style.js';
import { escapeXml as escape } from '../report/svg.js';
import { tableRows, type Row } from './table.js';

/** One self-contained HTML page: table, findings and figures. @param figures SVG text, in the order of the networks */
export function pageHtml(reproduction: Reproduction, figures: string[], refuted: RefutationText[]): string {
  const { networks, version, gap, seed, semantics } = reproduction;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Robustness to parameter quantization, with proved bounds</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Robustness of neural networks to parameter quantization</h1>
<p>Table 1 and Figs. 6 to 8 of Murthy, Das and Islam (2019), computed by parabound ${escape(version)}. Every number is a proved
enclosure in ${escape(semantics)} arithmetic: the lower end is attained by a stored input and parameter vector, no input of the domain and
no parameter vector within &delta; exceeds the upper end. The gap asked for was ${gap}.</p>
${table(tableRows(reproduction))}
<h2>What the numbers say</h2>
${refuted.map(refutation).join('\n')}
${prose().map(({ heading, text }) => `<h3>${escape(heading)}</h3>\n<p>${escape(text)}</p>`).join('\n')}
<h2>Figures</h2>
<p>${networks[0].points.length} random inputs of each domain (seed ${seed}), the same in the four panels; the blue line is the decision
boundary f = l. Upper row: local &epsilon; (Eq. 11); the colour bar ends at the
global &epsilon; of Table 1. Lower row: an input is flippable where some parameter vector within &delta; changes its label (Eq. 8); beyond the dashed
curves f = l &plusmn; &sigma; (Eq. 13) no input of the domain flips.</p>
${networks.map((results, i) => figure(results, figures[i])).join('\n')}
<h2>Networks</h2>
<ul>
${networks.map(({ network, model }) => `<li>${escape(network.title)}: ${escape(network.what)}; <code>examples/${escape(network.model)}</code>, SHA-256 <code>${model.hash}</code></li>`).join('\n')}
</ul>
</main>
</body>
</html>
`;
}

function table(rows: Row[]): string {
  const cells = rows.map((row, i) => {
    const starts = (key: 'network' | 'delta'): boolean => i === 0 || rows[i - 1].network !== row.network || rows[i - 1][key] !== row[key];
    const span = (key: 'network' | 'delta'): number => rows.filter((other) => other.network === row.network && other[key] === row[key]).length;
    const network = starts('network') ? `<th scope="rowgroup" rowspan="${span('network')}">${escape(row.network.title)}</th>` : '';
    const delta = starts('delta') ? `<th scope="rowgroup" rowspan="${span('delta')}">${row.delta}</th>` : '';
    const first = rows[i - 1]?.network !== row.network;
    const name = row.name.replace('epsilon', '\u03b5').replace('sigma', '\u03c3');
    return `<tr class="${row.comparison}${first ? ' first' : ''}">${network}${delta}<th scope="row">${escape(name)}</th><td>${row.lower}</td><td>${row.upper}</td>` +
      `<td>${escape(row.printed)}</td><td class="remark">${escape(row.remark)}</td></tr>`;
  });
  return `<div class="scroll" role="region" aria-label="Table 1" tabindex="0"><table>
<caption>Table 1. &epsilon; by Eq. 12; &sigma; by Eq. 13, for the inputs of each nominal class.</caption>
<thead><tr><th scope="col">network</th><th scope="col">&delta;</th><th scope="col">quantity</th><th scope="col">lower (attained)</th>
<th scope="col">upper (proved)</th><th scope="col">paper</th><th scope="col">remark</th></tr></thead>
<tbody>
${cells.join('\n')}
</tbody>
</table></div>`;
}

function refutation({ claim, facts }: RefutationText): string {
  const list = facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd><code>${escape(value)}</code></dd>`).join('');
  return `<section class="refutation"><p>${escape(claim)}</p><dl>${list}</dl></section>`;
}

function figure(results: NetworkResults, svg: string): string {
  const { network } = results;
  const counts = results.deltas.map(({ delta, points }) => `${points!.flip.filter((flip) => flip === 'flippable').length} at \u03b4 = ${delta}`);
  const caption = `Fig. ${network.figure}. Parameter robustness of ${network.what}. Flippable: ${counts.join(', ')}.`;
  return `<figure>${svg}<figcaption>${escape(caption)}<details><summary>The figure in words</summary>${escape(figureDescription(results))}</details></figcaption></figure>`;
}
