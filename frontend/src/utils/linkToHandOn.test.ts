import { describe, expect, it } from 'vitest';
import { linkToHandOn } from './linkToHandOn';

const at = (address: string) => new URL(address);
const given = (link: string, address: string) => linkToHandOn(link, at(address));

describe('a link to hand on', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', 'dev.localhost', '0.0.0.0', '[::1]'])(
    'has the address at which the page is open in place of %s',
    (host) => {
      expect(given(`http://${host}:8000/register#invitation=s3c`, 'http://192.168.1.5:8000')).toEqual({
        link: 'http://192.168.1.5:8000/register#invitation=s3c',
        hereOnly: false,
      });
    },
  );

  it('follows the page to https and to another port', () => {
    const { link } = given('http://localhost:8000/reset#token=a', 'https://ask.example');
    expect(link).toBe('https://ask.example/reset#token=a');
  });

  it.each(['https://ask.example', 'http://192.168.1.5:8000', 'http://localhost.example', 'http://128.0.0.1'])(
    'stays as it is where the server knows its address: %s',
    (address) => {
      const link = `${address}/reset#token=a`;
      expect(given(link, 'http://localhost:8000')).toEqual({ link, hereOnly: false });
      expect(given(link, 'https://elsewhere.example')).toEqual({ link, hereOnly: false });
    },
  );

  it('stays as it is where the server was told an address that is none', () => {
    const link = 'ask.example/reset#token=a';
    expect(given(link, 'http://localhost:8000')).toEqual({ link, hereOnly: false });
  });

  it.each(['http://localhost:8000', 'http://127.0.0.1:9000', 'http://[::1]:8000'])(
    'works on this machine only while the page is open at %s',
    (address) => {
      expect(given('http://localhost:8000/reset#token=a', address)).toEqual({
        link: `${address}/reset#token=a`,
        hereOnly: true,
      });
    },
  );
});
