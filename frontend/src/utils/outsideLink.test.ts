import { describe, expect, it } from 'vitest';
import { outsideLink } from './outsideLink';

describe('an address in an answer', () => {
  it.each([
    undefined,
    '',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    'mailto:dana@example.com',
    'slack://open',
    '/settings',
    '//evil.example/x',
    '#user-content-fn-1',
    'https://',
    'http://[',
  ])('is none: %s', (href) => expect(outsideLink(href)).toBeNull());

  it('is taken apart without a loss', () => {
    for (const href of [
      'https://example.com/a?b=c#d',
      'http://example.com:8080/',
      'https://google.com@evil.example/login',
      'https://a:b@evil.example/',
    ]) {
      const found = outsideLink(href);
      expect(`${found?.before}${found?.domain}${found?.after}`).toBe(href);
    }
  });

  it('has the domain behind the last @, however many there are', () => {
    expect(outsideLink('https://google.com@evil.example/x')).toMatchObject({
      domain: 'evil.example',
      hasUser: true,
      written: null,
    });
    expect(outsideLink('https://google.com%2F@good.example@evil.example')?.domain).toBe('evil.example');
    expect(outsideLink('https:\\\\evil.example\\@google.com')?.domain).toBe('evil.example');
  });

  it('shows letters that look like others as the network knows them', () => {
    expect(outsideLink('https://аpple.com/')).toMatchObject({
      domain: 'xn--pple-43d.com',
      written: 'аpple.com',
    });
    expect(outsideLink('https://%D0%B0pple.com/')).toMatchObject({
      domain: 'xn--pple-43d.com',
      written: 'аpple.com',
    });
    expect(outsideLink('https://xn--pple-43d.com/')).toMatchObject({
      domain: 'xn--pple-43d.com',
      written: null,
    });
    expect(outsideLink('https://EXAMPLE.com/')).toMatchObject({ domain: 'example.com', written: null });
  });

  it('may be very long', () => {
    const href = `https://example.com/${'a'.repeat(100_000)}`;
    expect(outsideLink(href)?.href).toBe(href);
  });
});
