/* global document, getComputedStyle, NodeFilter */
/** What runs inside a page that is open in a browser, and says in words what is wrong with it. */

/**
 * Text whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3; 3 for large text), as `text: ratio`. Colours are as the browser has computed them; what is
 * behind is the nearest ancestor with a colour that covers. Texts in pictures are compared by their fill.
 */
export function faintTexts() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const parse = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element.closest('script, style, title, desc') !== null) continue;
    const style = getComputedStyle(element);
    const front = parse(element.closest('svg') === null ? style.color : style.fill);
    const [a, b] = [luminance(front), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}

/** What a reader with a screen reader would miss, in words: pictures without names, tables without captions, headings out of order, ids twice or missing. */
export function obstacles() {
  const found = [];
  const named = (element) => {
    const labelled = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter((id) => id !== '').map((id) => document.getElementById(id)?.textContent?.trim() ?? '');
    return (labelled.length > 0 && labelled.every((text) => text !== '')) || [element.getAttribute('aria-label'), element.getAttribute('alt')].some((text) => (text ?? '').trim() !== '');
  };
  for (const picture of document.querySelectorAll('img, [role=img], body svg:not(svg svg)')) if (!named(picture)) found.push(`a picture without a name: ${picture.outerHTML.slice(0, 60)}`);
  for (const picture of document.querySelectorAll('svg:not(svg svg)')) if (picture.getAttribute('role') !== 'img') found.push('a picture that is read out mark by mark');
  for (const table of document.querySelectorAll('table')) {
    if ((table.caption?.textContent ?? '').trim() === '') found.push('a table without a caption');
    if ([...table.querySelectorAll('th')].some((cell) => !['col', 'row', 'colgroup', 'rowgroup'].includes(cell.scope))) found.push('a heading of a table that is of neither column nor row');
    const widths = new Set([...table.rows].map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0)));
    if (widths.size > 1) found.push('a table with rows of several lengths');
  }
  let before = 0;
  for (const title of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Number(title.tagName[1]);
    if (level > before + 1) found.push(`a heading of level ${level} after one of level ${before}: ${title.textContent}`);
    before = level;
  }
  if (document.querySelectorAll('h1').length !== 1) found.push('not one heading of the first level');
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids.filter((each, i) => ids.indexOf(each) !== i))) found.push(`an id twice: ${id}`);
  for (const link of document.querySelectorAll('a[href^="#"]')) if (!ids.includes(link.getAttribute('href').slice(1))) found.push(`a link to nowhere: ${link.getAttribute('href')}`);
  for (const box of document.querySelectorAll('[tabindex]')) if (!named(box) || box.getAttribute('role') === null) found.push('a place to tab to without a name or a role');
  for (const box of document.querySelectorAll('body *')) if (box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX) && box.getAttribute('tabindex') !== '0') found.push('something to scroll that the keyboard does not reach');
  if (document.documentElement.lang === '' || document.title.trim() === '' || document.querySelectorAll('main').length !== 1) found.push('no language, title or main part');
  return found;
}

/** Elements that reach beyond the right edge of the window without a box of their own to scroll in. */
export function overflowing() {
  const { clientWidth, scrollWidth } = document.documentElement;
  const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && element.closest('.scroll, .picture') === null);
  return [...(scrollWidth > clientWidth ? [`the page: ${scrollWidth}`] : []), ...wide.map((element) => `${element.tagName} ${element.className.toString()}`)];
}

export function background() {
  return getComputedStyle(document.body).backgroundColor;
}

/** The scripts there are, and the schema of the JSON in the page. */
export function embedded() {
  return [document.scripts.length, JSON.parse(document.getElementById('report-json').textContent).schema];
}
