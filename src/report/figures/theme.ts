import type { Config } from 'vega';

/** The page's own colours, by its style sheet: pictures then follow light, dark and paper as the text does. Lightness and shape tell what colours tell. */
export const INK = 'var(--ink)';
export const SOFT = 'var(--soft)';
export const LINE = 'var(--line)';
export const FIRST = 'var(--first)';
export const SECOND = 'var(--second)';

/** The width of a picture, in px: a phone shows it at three quarters, with text that can still be read. */
export const WIDTH = 500;

const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

export const THEME: Config = {
  axis: { labelFont: FONT, titleFont: FONT, labelFontSize: 13, titleFontSize: 13, titleFontWeight: 'normal', labelColor: INK, titleColor: SOFT, domainColor: SOFT, tickColor: SOFT, gridColor: LINE, labelLimit: 190 },
  text: { font: FONT, fontSize: 13, fill: INK },
};
