import { describe, expect, it } from 'vitest';
import { compare, violationsIn, zoneOf } from '../../scripts/zones.mjs';

describe('zones', () => {
  it.each([
    ['services/api.ts', 'ground'],
    ['components/ErrorMessage.tsx', 'shared'],
    ['components/ui/DataTable.tsx', 'shared'],
    ['components/library/DocumentMenu.tsx', 'feature'],
    ['components/ChatMessage.tsx', 'feature'],
    ['pages/Library.tsx', 'page'],
    ['pages/registry.ts', 'frame'],
    ['components/layout/Shell.tsx', 'frame'],
    ['App.tsx', 'frame'],
  ])('knows where %s stands', (path, zone) => {
    expect(zoneOf(path).zone).toBe(zone);
  });

  it.each([
    ['components/ui/Chip.tsx', "import { x } from '@/components/library/StatusChip';"],
    ['components/ui/Chip.tsx', "const x = lazy(() => import('../library/StatusChip'));"],
    ['components/search/Results.tsx', "import { x } from '../library/StatusChip';"],
    ['components/library/StatusChip.tsx', "import Library from '@/pages/Library';"],
    ['pages/Library.tsx', "import Search from './Search';"],
    ['pages/Library.tsx', "import { PAGES } from './registry';"],
    ['hooks/useSearch.ts', "import { Chip } from '@/components/ui/Chip';"],
  ])('refuses what points the wrong way in %s', (path, source) => {
    expect(violationsIn(path, source)).toHaveLength(1);
  });

  it.each([
    ['components/library/StatusChip.tsx', "import { Chip } from '@/components/ui/Chip';"],
    ['components/chat/Thread.tsx', "import { ChatMessage } from '../ChatMessage';"],
    ['pages/Admin.tsx', "import NotFound from './NotFound';"],
    ['components/layout/NavLinks.tsx', "import { PAGES } from '@/pages/registry';"],
    ['components/ui/Chip.tsx', "import { Check } from 'lucide-react';"],
  ])('takes what points the right way in %s', (path, source) => {
    expect(violationsIn(path, source)).toEqual([]);
  });

  it('tells what is new, and what is known but mended', () => {
    expect(compare(['a → b', 'a → c'], ['a → c', 'a → d'])).toEqual({ fresh: ['a → b'], gone: ['a → d'] });
  });
});
