import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Mark } from '@/utils/marks';
import MarkdownView from './MarkdownView';

function show(text: string, words: string | null, look: Mark['look'] = 'passage') {
  const start = words === null ? 0 : text.indexOf(words);
  const marks = words === null ? [] : [{ start, end: start + words.length, look }];
  const blocks = [{ start: 0, end: text.length, heading: null, level: 0, page: null }];
  return render(<MarkdownView text={text} blocks={blocks} marks={marks} />).container;
}

const marked = (container: HTMLElement) =>
  [...container.querySelectorAll('mark')].map((mark) => mark.textContent).join('');

it.each([
  ['# Notes\n\nBefore. The exact words. After.', 'The exact words.', 'The exact words.'],
  ['It is **very** important, they say.', 'is **very** important', 'is very important'],
  ['Use `make check` first.', '`make check` first', 'make check first'],
  ['```js\nconst a = 1;\nconst b = 2;\n```', 'const b = 2;', 'const b = 2;'],
  ['Fish &amp; chips &uuml;ber alles', 'chips &uuml;ber', 'chips über'],
  ['1\\. no list \\* here and there', 'list \\* here', 'list * here'],
  ['| A | B |\n|---|---|\n| one | two |', 'two', 'two'],
  ['> quoted\n> words here', 'words', 'words'],
  ['😀 smile [link](https://a.example) end', 'smile [link](https://a.example) end', 'smile link end'],
  ['- [x] done\n- [ ] open item', 'open item', 'open item'],
])('in %o marks the words that are drawn', (text, words, expected) => {
  expect(marked(show(text, words))).toBe(expected);
});

it('draws nothing of a document that runs, loads or leads anywhere', () => {
  const container = show(
    [
      '<script>window.bad = 1</script>',
      '<img src="https://track.example/a.png" onerror="bad()">',
      'Inline <b onclick="bad()">html</b>.',
      '![pixel](https://track.example/b.png)',
      '[click](javascript:alert(1)) [out](https://out.example)',
      '<iframe src="https://frame.example"></iframe>',
    ].join('\n\n'),
    null,
  );
  expect(
    container.querySelector('script, img, iframe, b, a, [onclick], [onerror], [src], [href]'),
  ).toBeNull();
  expect(container.textContent).toContain('<script>window.bad = 1</script>');
  expect(container.textContent).toContain('pixel');
});
