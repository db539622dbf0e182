import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { type PlacedPassage, usePlace } from './usePlace';

it.each<[Partial<PlacedPassage>, string]>([
  [{}, ''],
  [{ kind: 'pdf', page: 3 }, 'p. 3'],
  [{ kind: 'pdf', page: 3, last_page: 4 }, 'pp. 3–4'],
  [{ kind: 'pptx', page: 2, heading: 'Below deck' }, 'Below deck · slide 2'],
  [{ kind: 'pptx', page: 2, last_page: 5 }, 'slides 2–5'],
  [{ kind: 'xlsx', heading: 'Lamps' }, 'sheet Lamps'],
  [{ kind: 'docx', heading: 'Guide › Water' }, 'Water'],
  [{ kind: 'docx', heading: 'Guide' }, ''],
  [{ kind: null, page: 7, heading: null, last_page: null }, 'p. 7'],
])('says where a passage stands: %o', (passage, place) => {
  expect(renderHook(usePlace).result.current({ title: 'Guide', ...passage })).toBe(place);
});
