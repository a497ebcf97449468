// What can be done with a delegation: collect, add, lock for longer, ask back.
import { useState } from 'react';
import type { Instruction, TransactionSigner } from '@solana/kit';
import {
  addToDelegation,
  claimDelegationRewards,
  closeDelegation,
  extendAll,
  MOST_PERIODS,
  reachDue,
  refOf,
  stakeOf,
  syncRewards,
  tokenAccounts,
  undelegate,
} from '../../chain/stake';
import type { Staking } from '../../chain/stake-read';
import { get, KINDS, type Found } from '../../chain/accounts';
import { chainClock } from '../../chain/onboard';
import type { Chain } from '../../chain/cluster';
import type { StakePool } from '../../generated/staking/accounts';
import { tokenBalances } from '../../chain/token';
import { rewardVaultOf } from '../../chain/pda';
import { format, formatSol } from '../../lib/amount';
import { duePeriods, presentPeriod, stakeTermsAt } from '../../lib/stake';
import { duration } from '../../lib/time';
import { needChain, useApp } from '../../state';
import { Notice } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { ActionDialog } from './action-dialog';
import { AmountField, readAmount, tokens } from './amount-field';
import { UNBONDING_BYTES } from './bond-dialogs';
import type { DelegationRow } from './data';
import { LockField } from './lock-field';

type Props = { staking: Staking; row: DelegationRow; onClose: () => void };

/** The stake pool and the chain's clock as they are when something is sent. */
async function fresh(chain: Chain, pool: Found<StakePool>): Promise<{ pool: Found<StakePool>; nowS: number }> {
  const [now, clock] = await Promise.all([get(chain, KINDS.stakePool, pool.address), chainClock(chain)]);
  return { pool: now, nowS: clock.atS };
}

/** Brings the stake pool up to date: ends due locks, and shares out what arrived, when something did. */
export async function catchUpInstructions(chain: Chain, known: Found<StakePool>): Promise<Instruction[]> {
  const { pool, nowS } = await fresh(chain, known);
  const [vault = 0n] = await tokenBalances(chain, [await rewardVaultOf(pool.address)]);
  const due = await reachDue(pool, nowS);
  // Rewards are shared out once every due period is reached, which may take several transactions.
  if (duePeriods(pool.data, nowS).length > MOST_PERIODS) return due;
  return vault > pool.data.rewardBalance ? [...due, await syncRewards(pool.address)] : due;
}

export function CollectDialog({ staking, rows, onClose }: { staking: Staking; rows: DelegationRow[]; onClose: () => void }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const paying = rows.filter(({ settled }) => settled.claimable > 0n);
  const total = paying.reduce((sum, { settled }) => sum + settled.claimable, 0n);
  const amount = format(total, staking.rewardDecimals);
  const instructions = async (some: DelegationRow[], owner: TransactionSigner, first: boolean) => {
    const stake = stakeOf(staking.pool);
    const before = first ? [...(await catchUpInstructions(needChain(chain), staking.pool)), ...(await tokenAccounts(owner, owner.address, stake))] : [];
    const claims = some.map(({ delegation }) => claimDelegationRewards(stake, refOf(delegation), delegation.data.owner));
    return [...before, ...(await Promise.all(claims))];
  };
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Collect rewards"
      submit={`Collect ${amount} tokens`}
      blocked={total === 0n ? 'There is nothing to collect yet.' : null}
      build={async () => {
        if (!signer) return [];
        // What fits one transaction beside the catching up.
        const groups = Array.from({ length: Math.ceil(paying.length / 4) }, (_, at) => paying.slice(4 * at, 4 * at + 4));
        return groups.map((some, at) => ({
          title: groups.length === 1 ? `Collect ${amount} tokens` : `Collect, part ${at + 1} of ${groups.length}`,
          instructions: () => instructions(some, signer, at === 0),
        }));
      }}
      done={(receipts) => {
        const paid = receipts.flatMap(({ events }) => events).reduce((sum, { program, event }) => (program === 'staking' && event.kind === 'DelegationRewardsClaimed' ? sum + event.data.amount : sum), 0n);
        return `${format(paid, staking.rewardDecimals)} tokens were paid to your wallet.`;
      }}
    >
      <p>
        {paying.length === 1 ? 'One delegation' : `${paying.length} delegations`} earned {amount} tokens. They go to your wallet; the
        delegated stake stays.
      </p>
    </ActionDialog>
  );
}

export function AddDialog({ staking, row, onClose }: Props) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const { decimals, wallet } = staking;
  const [text, setText] = useState('');
  const { amount, error } = readAmount(text, decimals, wallet, 'in the wallet');
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Add to delegation ${row.delegation.data.index}`}
      submit="Add"
      blocked={row.pendingPenalties > 0 ? 'A penalty against the operator is announced: nothing joins until it is decided.' : amount === null ? 'Say how much.' : null}
      build={async () => {
        if (!signer || amount === null) return [];
        const instructions = async () => [
          ...(await catchUpInstructions(needChain(chain), staking.pool)),
          await addToDelegation(signer, stakeOf(staking.pool), refOf(row.delegation), amount),
        ];
        return [{ title: `Add ${tokens(amount, decimals)}`, instructions }];
      }}
      done={() => `Added ${tokens(amount ?? 0n, decimals)}.`}
    >
      <AmountField label="Amount in tokens" text={text} onChange={setText} decimals={decimals} max={wallet} of="in the wallet" error={error} />
      <p className="text-[0.8125rem] text-muted">What you add has the lock of the delegation.</p>
    </ActionDialog>
  );
}

/** Bytes of a lock period's account. */
export const LOCK_PERIOD_BYTES = 8 + 144;

export function ExtendDialog({ staking, row, nowS, onClose }: Props & { nowS: number }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const pool = staking.pool.data;
  const left = Math.max(0, (row.settled.lockEnd ?? 0) - presentPeriod(pool, nowS));
  const [periods, setPeriods] = useState(Math.min(pool.maxLockPeriods, left + 1));
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Lock delegation ${row.delegation.data.index} for longer`}
      submit={`Lock for ${periods} ${periods === 1 ? 'period' : 'periods'}`}
      blocked={periods <= left ? `It is locked for ${left} periods already: choose more.` : null}
      opens={[LOCK_PERIOD_BYTES]}
      build={async () => {
        if (!signer) return [];
        const instructions = async () => {
          const now = await fresh(needChain(chain), staking.pool);
          return extendAll(needChain(chain), signer, now.pool, refOf(row.delegation), periods, now.nowS);
        };
        return [{ title: `Lock for ${periods} periods`, instructions }];
      }}
      done={() => `Locked for ${periods} periods.`}
    >
      <LockField pool={pool} nowS={nowS} value={periods} least={1} onChange={setPeriods} />
      <Notice tone="warn">The stake cannot be asked back before the lock is over.</Notice>
    </ActionDialog>
  );
}

export function UndelegateDialog({ staking, row, nowS, onClose }: Props & { nowS: number }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const { decimals } = staking;
  const [text, setText] = useState('');
  const { amount, error } = readAmount(text, decimals, row.settled.amount, 'delegated');
  const { cooldownSeconds } = stakeTermsAt(staking.pool.data, nowS);
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Undelegate from delegation ${row.delegation.data.index}`}
      submit={amount === null ? 'Undelegate' : `Undelegate ${tokens(amount, decimals)}`}
      blocked={amount === null ? 'Say how much.' : null}
      opens={[UNBONDING_BYTES]}
      build={async () => {
        if (!signer || amount === null) return [];
        const instructions = async () => {
          const { data } = await get(needChain(chain), KINDS.delegation, row.delegation.address);
          const ref = { ...refOf(row.delegation), lockEnd: data.lockEnd };
          return [
            ...(await catchUpInstructions(needChain(chain), staking.pool)),
            await undelegate(signer, stakeOf(staking.pool), ref, data.unbondingCount, amount),
          ];
        };
        return [{ title: `Undelegate ${tokens(amount, decimals)}`, instructions }];
      }}
      done={() => `${tokens(amount ?? 0n, decimals)} are on their way back: withdraw them in ${duration(cooldownSeconds)}.`}
    >
      <AmountField label="Amount in tokens" text={text} onChange={setText} decimals={decimals} max={row.settled.amount} of="delegated" error={error} />
      <p className="text-[0.8125rem] text-muted">
        It stops earning at once, and can be withdrawn {duration(cooldownSeconds)} later. What it earned stays to be collected.
      </p>
    </ActionDialog>
  );
}

export function CloseDelegationDialog({ staking, row, onClose }: Props) {
  const { chain } = useApp();
  const { signer } = useWallet();
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Close delegation ${row.delegation.data.index}`}
      submit="Close it"
      build={async () => {
        if (!signer) return [];
        const instructions = async () => {
          const now = await get(needChain(chain), KINDS.delegation, row.delegation.address);
          const close = await closeDelegation(signer, stakeOf(staking.pool), refOf(now), now.data.rentPayer);
          return [...(await catchUpInstructions(needChain(chain), staking.pool)), close];
        };
        return [{ title: 'Close the delegation', instructions }];
      }}
      done={() => `${formatSol(row.delegation.lamports)} of rent went back to who paid it.`}
    >
      <p>It is empty. Closing it gives {formatSol(row.delegation.lamports)} of rent back to who paid it.</p>
    </ActionDialog>
  );
}
