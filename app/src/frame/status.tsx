// Whether everything answers: the live feed, the oracles, the chain.
import type { OraclesState } from '../api/client';
import type { LiveState } from '../api/live';
import { usePool } from '../chain/queries';
import { asCairnError } from '../lib/errors';
import { useApp, useOracleHealth } from '../state';
import { Button, cx, Notice } from '../ui';

/** The state of the connection in a few words. */
export function statusText(
  live: LiveState,
  health: OraclesState,
): { text: string; tone: 'good' | 'warn' | 'bad' } {
  const down = health.oracles.filter((oracle) => !oracle.up);
  if (down.length > 0 && down.length === health.total) return { text: 'Offline', tone: 'bad' };
  if (live.status === 'live')
    return down.length ? { text: 'Live, an oracle is down', tone: 'warn' } : { text: 'Live', tone: 'good' };
  return live.status === 'connecting'
    ? { text: 'Connecting', tone: 'warn' }
    : { text: 'Not live', tone: 'warn' };
}

/** In the header: a dot and a word. */
export function LiveStatusText({ live }: { live: LiveState }) {
  const { text, tone } = statusText(live, useOracleHealth());
  const color = { good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' }[tone];
  return (
    <span className="inline-flex items-center gap-1.5 text-[0.8125rem] text-muted" data-testid="live-status">
      <span
        aria-hidden="true"
        className={cx('size-2 rounded-full', color, tone === 'good' && 'motion-safe:animate-pulse')}
      />
      <span className="max-sm:sr-only">{text}</span>
    </span>
  );
}

/** Below the header: what does not answer, with its address, and what the page does about it. */
export function Banners({ live, openSettings }: { live: LiveState; openSettings: () => void }) {
  const health = useOracleHealth();
  const { chain } = useApp();
  const pool = usePool();
  const down = health.oracles.filter((oracle) => !oracle.up);
  const using = health.active ?? live.url;
  const problem = pool.error ? asCairnError(pool.error) : null;
  return (
    <div role="status" className="space-y-2 empty:hidden [&:not(:empty)]:mb-4">
      {down.length > 0 && down.length < health.total && (
        <Notice tone="warn">
          Oracle {down.map((oracle) => oracle.url).join(', ')} does not answer;{' '}
          {using ? `using ${using}` : 'asking the others'}.
        </Notice>
      )}
      {down.length > 0 && down.length === health.total && (
        <Notice tone="bad" title="Offline: no oracle answers">
          Asked {down.map((oracle) => oracle.url).join(', ')}. What you see may be old; the page tries again
          by itself.
        </Notice>
      )}
      {!chain && (
        <Notice
          tone="warn"
          title="No RPC node is known"
          actions={
            <Button size="small" onClick={openSettings}>
              Open settings
            </Button>
          }
        >
          Earnings are shown; to verify, claim or stake, choose a cluster.
        </Notice>
      )}
      {chain && problem && (
        <Notice
          tone="bad"
          title={TITLE[problem.code] ?? 'The chain cannot be read'}
          actions={
            <Button size="small" onClick={openSettings}>
              Open settings
            </Button>
          }
        >
          {chain.rpcUrl}: {problem.message}. <code className="text-xs">{problem.code}</code>
        </Notice>
      )}
    </div>
  );
}

const TITLE: Record<string, string> = {
  rpc_failed: 'The RPC node does not answer',
  account_missing: 'This cluster does not have the pool',
  account_wrong: 'This cluster has something else where the pool should be',
};
