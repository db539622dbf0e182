import { describe, expect, it } from 'vitest';
import { blindReadsIn } from '../../scripts/failures.mjs';

describe('what a query that failed may take off the screen', () => {
  it.each([
    'if (list.isError) return <Failed />; return list.data.map(draw);',
    '<ErrorMessage error={list.error} onRetry={() => void list.refetch()} />',
    'useResultKeys(root, results.isSuccess); return results.data.hits;',
    'if (isApiError(list.error)) return <Failed />; return list.data;',
    'const { data, isError, refetch } = useProviders();',
    'const {\n  data: offer,\n  error,\n} = useQuery({',
  ])('is refused: %s', (source) => {
    expect(blindReadsIn('a.tsx', source)).toHaveLength(1);
  });

  it.each([
    'const failure = failureOf(list); return failure ? <Failed /> : list.data;',
    "if (isApiError(list.error, 'not_found')) return <NotFound />; return list.data;",
    'if (isGone(text.error)) return <Missing />; return text.data;',
    '<FormError message={change.isError ? textOf(change.error) : null} />',
    'send.mutate(); return send.isError ? send.error.message : send.data.link;',
    'if (list.isFetchNextPageError) return <ErrorMessage error={list.error} onRetry={list.fetchNextPage} />;',
    'const { data: offer, refetch } = useQuery({',
  ])('is taken: %s', (source) => {
    expect(blindReadsIn('a.tsx', source)).toEqual([]);
  });
});
