import { describe, expect, it } from 'vitest';
import { strengthOf } from './passwordStrength';

describe('strengthOf', () => {
  it.each([
    ['', 'short'],
    ['Xk9#q2!', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['12345678', 'weak'],
    ['abcdefghijklmnop', 'weak'],
    ['20031987', 'weak'],
    ['gardenia', 'weak'],
    ['Xk9#q2!m', 'fair'],
    ['correct horse battery', 'strong'],
    ['vier Pferde im Regen', 'strong'],
  ])('%s is %s', (password, strength) => expect(strengthOf(password)).toBe(strength));
});
