import { describe, expect, it } from 'vitest';
import { forgetSearches, recentSearches, rememberSearch } from './recentSearches';

describe('recent searches', () => {
  it('are newest first, each once, and few', () => {
    for (const query of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'B ']) rememberSearch('u1', query);
    expect(recentSearches('u1')).toEqual(['B', 'g', 'f', 'e', 'd', 'c']);
  });

  it('belong to one person and are forgotten for all', () => {
    rememberSearch('u1', 'mine');
    rememberSearch('u2', 'theirs');
    expect(recentSearches('u1')).toEqual(['mine']);
    forgetSearches();
    expect([recentSearches('u1'), recentSearches('u2')]).toEqual([[], []]);
  });

  it('leave out what is empty or as long as a text', () => {
    rememberSearch('u1', '  ');
    rememberSearch('u1', 'x'.repeat(500));
    expect(recentSearches('u1')).toEqual([]);
  });

  it('are none when what was stored is damaged', () => {
    localStorage.setItem('biblios:searches:u1', '{broken');
    expect(recentSearches('u1')).toEqual([]);
    localStorage.setItem('biblios:searches:u1', '{"a":1}');
    expect(recentSearches('u1')).toEqual([]);
  });
});
