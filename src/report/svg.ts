import type { Spec } from 'vega';

/**
 * Renders a Vega specification to SVG text without a browser or a canvas. Vega is loaded here, on the first figure, so that no other
 * command waits for it.
 *
 * @param id prefix of every id in the picture, so that several can stand in one HTML page
 * @param title what a screen reader says the picture is; @param description what it shows
 */
export async function renderSvg(spec: Spec, id: string, title: string, description: string): Promise<string> {
  const { parse, View } = await import('vega');
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    return accessible(unique(shortened(await view.toSVG()), id), id, title, description);
  } finally {
    view.finalize();
  }
}

/** Coordinates to a hundredth of a pixel: a third of the bytes. */
function shortened(svg: string): string {
  return svg.replace(/ (d|transform)="[^"]*"/g, (attribute) => attribute.replace(/-?\d+\.\d{3,}(e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))));
}

/** Ids numbered from 1 within the picture: Vega counts on through the life of the process. */
function unique(svg: string, id: string): string {
  const numbers = new Map<string, string>();
  for (const [, name] of svg.matchAll(/\bid="([^"]+)"/g)) numbers.set(name, `${id}-${numbers.size + 1}`);
  return svg.replace(/\bid="([^"]+)"/g, (_, name: string) => `id="${numbers.get(name)}"`)
    .replace(/url\(#([^)]+)\)/g, (_, name: string) => `url(#${numbers.get(name)})`);
}

/** One image with a name and a description: the thousand marks inside are not read out one by one. */
function accessible(svg: string, id: string, title: string, description: string): string {
  const inner = svg.replace(/ (role|aria-[a-z]+)="[^"]*"/g, '');
  const name = `<title id="${id}-title">${escapeXml(title)}</title><desc id="${id}-desc">${escapeXml(description)}</desc>`;
  return inner.replace(/<svg([^>]*)>/, (_, attributes: string) => `<svg${attributes} role="img" aria-labelledby="${id}-title ${id}-desc">${name}`);
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
