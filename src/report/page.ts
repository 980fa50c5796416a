import { createHash } from 'node:crypto';
import { escapeXml as escape } from './svg.js';
import { rich, name, type Section } from './content.js';
import { plainText, richHtml, sectionHtml } from './html.js';
import type { ReportResults } from './results.js';
import { STYLE } from './style.js';
import { baseName } from './words.js';

/** One self-contained HTML page: nothing is fetched and nothing runs, which its policy also forbids. @param json the results, as text */
export function pageHtml(results: ReportResults, sections: readonly Section[], json: string): string {
  const { subject, created, version } = results;
  const subjectName = name(baseName(subject.source));
  const others = sections.filter(({ id }) => id !== 'verdict');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escape(plainText([subjectName]))}: robustness report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${richHtml(rich`What changed parameters do to ${subjectName}`)}</h1>
<p class="soft">A report with proofs, made on ${created.slice(0, 10)} by parabound ${escape(version)}.</p>
</header>
${sections.filter(({ id }) => id === 'verdict').map(sectionHtml).join('')}
<nav aria-label="Sections">
<ul>${others.map(({ id, title }) => `<li><a href="#${id}">${escape(title)}</a></li>`).join('')}</ul>
</nav>
${others.map(sectionHtml).join('\n')}
</main>
<script type="application/json" id="report-json">${embedded(json)}</script>
</body>
</html>
`;
}

/** Only this page's own style sheet, by its hash; no script, no picture from elsewhere, no connection, no form. */
function policy(): string {
  return `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
}

/** JSON that no HTML parser takes for the end of its element, that turns no text round, and that reads back as the same values. */
export function embedded(json: string): string {
  const unit = (text: string, i: number): string => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return json.replace(/[<>&\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => Array.from({ length: character.length }, (_, i) => unit(character, i)).join(''));
}
