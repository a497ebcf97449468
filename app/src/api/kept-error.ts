// A failure that stays visible while the page asks again by itself.
import type { UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';

/**
 * A query without data forgets its failure whenever it asks again; the page would change between the failure and a
 * skeleton for as long as nobody answers. This keeps the failure until there is an answer.
 */
export function useKeptError<R extends Pick<UseQueryResult, 'error' | 'isError' | 'isPending' | 'errorUpdateCount'>>(result: R): R {
  const last = useRef<unknown>(null);
  if (result.isError) last.current = result.error;
  // The count is the query's own: another one that never failed is not hidden by this.
  const asksAgain = result.isPending && result.errorUpdateCount > 0 && last.current !== null;
  return asksAgain ? { ...result, status: 'error', isError: true, isPending: false, isLoading: false, error: last.current } : result;
}
