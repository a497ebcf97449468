// The stake pool as a whole: what is in it, its terms, and whether it is up to date.
import { useState } from 'react';
import type { Staking } from '../../chain/stake-read';
import { formatBps } from '../../lib/amount';
import { stakeTermsAt } from '../../lib/stake';
import { duration } from '../../lib/time';
import { needChain, useApp } from '../../state';
import { Address, Amount, Button, Card, Countdown, Explain, Notice } from '../../ui';
import { ActionDialog } from './action-dialog';
import type { Derived } from './data';
import { catchUpInstructions } from './delegation-dialogs';

export function PoolFacts({ staking, derived, nowS }: { staking: Staking; derived: Derived; nowS: number }) {
  const { explorer } = useApp();
  const [syncing, setSyncing] = useState(false);
  const { decimals, rewardDecimals, pool } = staking;
  const { data } = pool;
  const terms = stakeTermsAt(data, nowS);
  const waiting = derived.caught.shared + derived.caught.forTreasury;
  const facts: [label: string, value: React.ReactNode][] = [
    ['Bonded', <Amount key="b" amount={data.bondedTotal} decimals={decimals} />],
    ['Delegated', <Amount key="d" amount={data.delegatedTotal} decimals={decimals} />],
    ['On its way out', <Amount key="o" amount={data.unbondingTotal + data.undelegatingTotal} decimals={decimals} />],
    ['Rewards shared so far', <Amount key="r" amount={data.rewardTotal} decimals={rewardDecimals} />],
    ['Cooldown', duration(terms.cooldownSeconds)],
    ['Appeal window', duration(terms.appealWindowSeconds)],
    ['Penalties of an epoch expire after', duration(terms.penaltyExpirySeconds)],
    ['Most that an epoch’s penalties take', `${formatBps(terms.penaltyCapBps)} of all stake`],
    // A percentage stays on its line.
    [
      'A penalty goes',
      `${formatBps(terms.burnBps)} burned, ${formatBps(terms.treasuryBps)} treasury, ${formatBps(terms.challengerBps)} challenger`.replaceAll(' %', '\u00a0%'),
    ],
    ['Lock period', `${duration(data.periodSeconds)}; at most ${data.maxLockPeriods} of them`],
    ['Period now', `${derived.present}`],
    ['Account', <Address key="a" address={pool.address} href={explorer('address', pool.address)} label="stake pool" />],
  ];
  return (
    <Card
      title="Stake pool"
      note="The same for everybody in this network."
      actions={
        (derived.behind.length > 0 || waiting > 0n) && (
          <Button onClick={() => setSyncing(true)}>Bring up to date</Button>
        )
      }
    >
      {data.pendingTermsAt !== 0n && BigInt(nowS) < data.pendingTermsAt && (
        <div className="mb-3">
          <Notice tone="accent">
            Other terms come into force in <Countdown untilS={Number(data.pendingTermsAt) - staking.clockOffsetS} />: cooldown{' '}
            {duration(data.pendingTerms.cooldownSeconds)}, appeal window {duration(data.pendingTerms.appealWindowSeconds)}, at most{' '}
            {formatBps(data.pendingTerms.penaltyCapBps)} of all stake.
          </Notice>
        </div>
      )}
      {(derived.behind.length > 0 || waiting > 0n) && (
        <p className="mb-3 text-sm">
          {derived.behind.length > 0 && `${derived.behind.length} lock ${derived.behind.length === 1 ? 'period has' : 'periods have'} ended and ${derived.behind.length === 1 ? 'was' : 'were'} not reached yet. `}
          {waiting > 0n && (
            <>
              <Amount amount={waiting} decimals={rewardDecimals} /> tokens of rewards have arrived and were not shared out yet.
            </>
          )}{' '}
          <Explain label="being up to date">
            Whatever you do with a delegation does this first. Shared out = the reward vault’s balance − what is accounted for in it.
          </Explain>
        </p>
      )}
      <dl className="grid grid-cols-1 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-[auto_1fr]">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="mb-1 sm:mb-0">{value}</dd>
          </div>
        ))}
      </dl>
      {syncing && <SyncDialog staking={staking} onClose={() => setSyncing(false)} />}
    </Card>
  );
}

function SyncDialog({ staking, onClose }: { staking: Staking; onClose: () => void }) {
  const { chain } = useApp();
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Bring the stake pool up to date"
      submit="Bring up to date now"
      build={async () => [{ title: 'Bring the stake pool up to date', instructions: () => catchUpInstructions(needChain(chain), staking.pool) }]}
      done={() => 'The stake pool is up to date.'}
    >
      <p>Ends the extra weight of locks that are over, and shares out what arrived, by the weights of now. Anyone may send this.</p>
    </ActionDialog>
  );
}
