/** The page's style sheet: nothing is fetched, dark text on white as the figures are, tables scroll on narrow screens. */
export const STYLE = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; }
h2 { margin-top: 2.5rem; }
p, li { max-width: 48rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.5rem 0; font-weight: 600; }
th, td { padding: 0.25rem 0.75rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
td:not(.remark) { text-align: right; }
tbody th { white-space: nowrap; }
.remark { min-width: 15rem; }
tr.first th, tr.first td { border-top: 2px solid #555; }
tr.below .remark, tr.above .remark { font-weight: 600; color: #8a0018; }
tr.agrees .remark { color: #0b5d24; }
.refutation { border-left: 4px solid #8a0018; padding-left: 1rem; margin: 1rem 0; }
.refutation dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0.5rem 0; }
.refutation dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 2rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { max-width: 48rem; margin-top: 0.5rem; color: #333; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.9em; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .refutation dl { display: block; } }
`;
