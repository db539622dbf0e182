import { createElement, Fragment, type ReactNode } from 'react';

/** How each element of a mail looks here; what is not named shows its words alone. */
const LOOKS: Readonly<Record<string, string>> = {
  a: 'text-accent-text underline underline-offset-4 break-words',
  b: 'font-semibold',
  strong: 'font-semibold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  s: 'line-through',
  del: 'line-through',
  code: 'font-mono text-sm',
  sub: '',
  sup: '',
  small: 'text-sm',
  span: '',
  div: '',
  p: 'my-3',
  br: '',
  hr: 'my-4',
  blockquote: 'my-3 border-line-strong border-l-2 pl-3 text-ink-2',
  pre: 'my-3 whitespace-pre-wrap break-words font-mono text-sm',
  ul: 'my-3 list-disc pl-6',
  ol: 'my-3 list-decimal pl-6',
  li: '',
  h1: 'mt-4 mb-2 font-semibold text-xl',
  h2: 'mt-4 mb-2 font-semibold text-lg',
  h3: 'mt-3 mb-1.5 font-semibold text-md',
  h4: 'mt-3 mb-1 font-semibold',
  h5: 'mt-3 mb-1 font-semibold',
  h6: 'mt-3 mb-1 font-semibold',
  table: 'my-3 border-collapse',
  caption: 'text-left text-ink-2 text-sm',
  thead: '',
  tbody: '',
  tfoot: '',
  tr: '',
  th: 'border px-2.5 py-1 text-left font-semibold align-top',
  td: 'border px-2.5 py-1 align-top',
};
/** Not headings of this page, and a link that leads nowhere from here: its address is told beside it. */
const DRAWN_AS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, 'p'])),
  a: 'span',
};
const EMPTY = ['br', 'hr'];

/**
 * A page of a mail, drawn element by element: none of its own markup reaches this page, and nothing of it is fetched.
 * The server has cleaned it; what it should not have let through is left out here as well.
 */
export function FormattedText({ html }: { html: string }) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  return (
    <div dir="auto" className="overflow-x-auto break-words text-base leading-6">
      {together(drawn(page.body))}
    </div>
  );
}

const drawn = (parent: Node): ReactNode[] => [...parent.childNodes].map(one);
/** Children by their places: the page is drawn once, and nothing in it moves. */
const together = (parts: ReactNode[]) => createElement(Fragment, null, ...parts);

function one(node: Node): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  const look = LOOKS[name];
  if (look === undefined)
    return ['script', 'style', 'template'].includes(name) ? null : together(drawn(node));
  const given = {
    className: look || undefined,
    ...(name === 'a' && { title: node.getAttribute('href') ?? undefined }),
    ...(name === 'ol' && { start: numberOf(node, 'start') }),
    ...(['td', 'th'].includes(name) && {
      colSpan: numberOf(node, 'colspan'),
      rowSpan: numberOf(node, 'rowspan'),
    }),
  };
  const tag = DRAWN_AS[name] ?? name;
  // Between the rows of a table there is nothing but rows.
  const inside = ['table', 'thead', 'tbody', 'tfoot', 'tr'].includes(name)
    ? drawn(node).filter((_, at) => node.childNodes[at] instanceof Element)
    : drawn(node);
  return EMPTY.includes(name) ? createElement(tag, given) : createElement(tag, given, ...inside);
}

function numberOf(element: Element, name: string): number | undefined {
  const value = Number(element.getAttribute(name));
  return Number.isInteger(value) && value > 0 && value < 1000 ? value : undefined;
}
