/**
 * The page's style sheet. Nothing is fetched: the reader's own fonts. Light and dark follow the reader's system, paper is always light. Every pair of
 * text and background has a contrast of 4.5 or more (WCAG 2.2, 1.4.3), which the tests measure.
 */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #fdfdfb; --card: #f4f4f0; --ink: #1d1f21; --soft: #55595e; --line: #d9d9d2;
  --proved: #0b6b3a; --refuted: #a3182e; --open: #7a5200; --bounded: #1f4f99;
  --first: #1f5fa8; --second: #b35a00; --third: #6b7280; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #16181b; --card: #1f2226; --ink: #e6e6e2; --soft: #a9adb3; --line: #3a3e44;
  --proved: #6fcf97; --refuted: #ff8d94; --open: #e6b450; --bounded: #8fb8f5;
  --first: #7fb1ee; --second: #f0a35e; --third: #9aa1ab; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 50rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
header { margin-bottom: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 0.5rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 0.75rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
section { margin-top: 2.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
section#verdict { margin-top: 0; padding-top: 0; border-top: 0; }
p { margin: 0 0 0.75rem; max-width: 44rem; }
.soft, .detail, figcaption, caption { color: var(--soft); }
.soft { margin: 0; }
ul { padding-left: 1.25rem; max-width: 44rem; }
li { margin: 0.35rem 0; }
.verdicts { list-style: none; margin: 0; padding: 0; max-width: none; display: grid; gap: 0.75rem; }
.verdicts li { margin: 0; display: grid; grid-template-columns: 8rem 1fr; gap: 0.25rem 1rem; align-items: baseline; background: var(--card); border-left: 4px solid var(--hue); border-radius: 4px; padding: 0.85rem 1rem; }
.verdicts p { margin: 0; font-size: 1.1rem; }
.verdicts .detail { font-size: 0.95rem; margin-top: 0.15rem; }
.badge { color: var(--hue); font-weight: 650; white-space: nowrap; }
.proved { --hue: var(--proved); } .refuted { --hue: var(--refuted); } .open { --hue: var(--open); } .bounded { --hue: var(--bounded); }
dl { margin: 0.75rem 0; }
dl > div { display: grid; grid-template-columns: 11rem 1fr; gap: 0.1rem 1rem; padding: 0.45rem 0; border-bottom: 1px solid var(--line); }
dl > div:first-child { border-top: 1px solid var(--line); }
dt { font-weight: 600; }
dd { margin: 0; min-width: 0; }
.scroll { overflow-x: auto; margin: 1.25rem 0; }
.scroll:focus-visible, a:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.wide td:last-child:not(.number) { min-width: 10rem; }
caption { text-align: left; padding: 0 0 0.5rem; font-size: 0.95rem; overflow-wrap: anywhere; }
caption span { display: block; max-width: min(44rem, 100vw - 2rem); position: sticky; left: 0; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
thead th { font-size: 0.9rem; color: var(--soft); font-weight: 600; border-bottom-color: var(--soft); }
tbody th { font-weight: 600; overflow-wrap: break-word; max-width: 18rem; }
.number { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
figure { margin: 1.25rem 0; }
.picture { overflow-x: auto; }
.picture svg { display: block; max-width: 100%; height: auto; }
.picture.light { background: #fff; border-radius: 4px; padding: 0.5rem; }
figcaption { font-size: 0.95rem; margin-top: 0.5rem; max-width: 44rem; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 0.88em; }
pre { background: var(--card); border-radius: 4px; padding: 0.75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 1rem; }
pre code { font-size: 0.95em; }
pre span { display: inline-block; max-width: 100%; }
p code { white-space: nowrap; }
nav { margin-top: 1.5rem; }
nav ul { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; max-width: none; }
nav li { margin: 0; }
a { color: var(--bounded); text-underline-offset: 0.15em; }
@media (max-width: 38rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .verdicts li, dl > div { grid-template-columns: 1fr; }
  th, td { padding-right: 0.6rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --proved: #0b6b3a; --refuted: #a3182e; --open: #7a5200; --bounded: #1f4f99; --first: #1f5fa8; --second: #b35a00; --third: #6b7280; }
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  section { margin-top: 1.5rem; padding-top: 1rem; }
  .verdicts li { border: 1px solid var(--line); border-left: 4px solid var(--hue); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  pre { border: 1px solid var(--line); }
  .scroll, .picture { overflow: visible; }
  h2, h3, caption { break-after: avoid; }
  figure, tr, .verdicts li, dl > div, pre { break-inside: avoid; }
  thead { display: table-header-group; }
  p, li { orphans: 3; widows: 3; }
}
`;
