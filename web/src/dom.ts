// Builds elements in nested calls. Text always becomes text nodes; nothing here parses markup.

type Child = Node | string | null | undefined | false;
export type Properties = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** Marks the server's English, which a text has between isolates (english() in language.ts), so that it is pronounced as English. */
function marked(child: Node | string): (Node | string)[] {
  if (child instanceof Node || !child.includes('\u2066')) return [child];
  return child.split(/\u2066([^\u2069]*)\u2069/).map((part, index) => (index % 2 === 0 ? part : h('span', { lang: 'en' }, part)));
}

/** An element. Properties that are functions become listeners ("click"); true becomes an attribute without a value. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name, properties: Properties = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (element instanceof HTMLButtonElement) element.type = 'button'; // the default, unlike HTML's "submit"
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(key, value as (event: Event) => void);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child instanceof Node || (typeof child === 'string' && child !== '')).flatMap(marked));
  return element;
}

/** Makes these the children, in this order. A child that stays is never detached, so it keeps the focus. */
export function arrange(parent: HTMLElement, children: Element[]): void {
  const stay = new Set(children);
  for (const child of [...parent.children]) if (!stay.has(child)) child.remove();
  for (const [index, child] of children.entries()) if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
}

const arrows: Record<string, [down: number, across: number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The direction of an arrow key; undefined for any other key. */
export const arrowOf = (key: string): [down: number, across: number] | undefined => arrows[key];

const paths = {
  fixed: 'M8 1.5a4.5 4.5 0 0 0-4.5 4.5c0 3.2 4.5 8.5 4.5 8.5s4.5-5.3 4.5-8.5A4.5 4.5 0 0 0 8 1.5zm0 6.2A1.7 1.7 0 1 1 8 4.3a1.7 1.7 0 0 1 0 3.4z',
  automatic: 'M8 2a6 6 0 0 1 5.2 3V2.6h1.4V7.5H9.7V6.1h2.5A4.6 4.6 0 0 0 3.5 7H2.1A6 6 0 0 1 8 2zm-5.2 9v2.4H1.4V8.5h4.9v1.4H3.8A4.6 4.6 0 0 0 12.5 9h1.4A6 6 0 0 1 2.8 11z',
  held: 'M3.5 1.5h9v1.6l-.9.2v1.2c0 1.5-1 2.4-2.3 3.5 1.3 1.1 2.3 2 2.3 3.5v1.2l.9.2v1.6h-9v-1.6l.9-.2v-1.2c0-1.5 1-2.4 2.3-3.5-1.3-1.1-2.3-2-2.3-3.5V3.300l-.9-.2z',
  waiting: 'M8 1.5a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zm0 1.500a5 5 0 1 0 0 10 5 5 0 0 0 0-10zm.7 1.500v3.200l2.300 1.400-.7 1.200-3-1.800V4.500z',
  busy: 'M8 1.500a3.500 3.500 0 0 1 3.500 3.500v2h1v7.500h-9V7h1V5A3.500 3.500 0 0 1 8 1.500zm0 1.500a2 2 0 0 0-2 2v2h4V5a2 2 0 0 0-2-2z',
  past: 'M6.300 12.300 2 8l1.300-1.300 3 3L12.700 3.300 14 4.600z',
  close: 'M3.300 2 8 6.700 12.700 2 14 3.300 9.300 8l4.700 4.700-1.300 1.300L8 9.300 3.300 14 2 12.700 6.700 8 2 3.300z',
  back: 'M10.500 2.500 5 8l5.500 5.500 1.200-1.200L7.400 8l4.300-4.300z',
  forward: 'M5.500 2.500 11 8l-5.500 5.500-1.200-1.200L8.600 8 4.300 3.700z',
} as const;

/** An icon, hidden from screen readers: the text beside it gives its meaning. */
export function icon(name: keyof typeof paths): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
