import { describe, expect, it } from 'vitest';
import { passageOf, passagePath, returnPathOf, versionOf } from './paths';

describe('returnPathOf', () => {
  it('follows a path of this application', () => {
    expect(returnPathOf(`?next=${encodeURIComponent('/library?kind=pdf')}`)).toBe('/library?kind=pdf');
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'does not follow %s',
    (next) => expect(returnPathOf(`?next=${encodeURIComponent(next)}`)).toBe('/'),
  );
});

describe('passageOf', () => {
  it('reads back what passagePath writes', () => {
    const path = passagePath({ document_id: 'a b', version: 2, start: 5, end: 9 });
    const params = new URLSearchParams(path.split('?')[1]);
    expect(passageOf(params)).toEqual({ start: 5, end: 9 });
    expect(versionOf(params)).toBe(2);
    expect(path.startsWith('/documents/a%20b?')).toBe(true);
  });

  it.each(['start=9&end=5', 'start=-1&end=5', 'start=a&end=b', 'start=1', ''])(
    'takes no nonsense: %s',
    (query) => {
      expect(passageOf(new URLSearchParams(query))).toBeNull();
    },
  );
});
