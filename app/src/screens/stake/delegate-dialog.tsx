// A new delegation: to whom, how much, locked for how long.
import { useState } from 'react';
import { isAddress, type Address } from '@solana/kit';
import { delegateAll } from '../../chain/stake';
import type { Staking } from '../../chain/stake-read';
import { get, KINDS } from '../../chain/accounts';
import { chainClock } from '../../chain/onboard';
import { NO_ADDRESS } from '../../chain/pda';
import { TOKEN_ACCOUNT_BYTES } from '../../chain/token';
import { needChain, useApp } from '../../state';
import { Field, Notice, Select } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { ActionDialog } from './action-dialog';
import { AmountField, readAmount, tokens } from './amount-field';
import { LOCK_PERIOD_BYTES } from './delegation-dialogs';
import { LockField } from './lock-field';

const DELEGATION_BYTES = 8 + 280;
const TARGET_BYTES = 8 + 168;

export function DelegateDialog({ staking, nowS, onClose }: { staking: Staking; nowS: number; onClose: () => void }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const { decimals, wallet, pool } = staking;
  const [to, setTo] = useState<'pool' | 'operator'>('pool');
  const [operator, setOperator] = useState('');
  const [text, setText] = useState('');
  const [periods, setPeriods] = useState(0);
  const { amount, error } = readAmount(text, decimals, wallet, 'in the wallet');
  const wrong = operator.trim() !== '' && !isAddress(operator.trim());
  const target: Address | null = to === 'pool' ? NO_ADDRESS : isAddress(operator.trim()) ? (operator.trim() as Address) : null;
  const blocked = target === null ? 'Give the operator’s address.' : amount === null ? 'Say how much.' : null;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Delegate"
      submit={amount === null ? 'Delegate now' : `Delegate ${tokens(amount, decimals)}`}
      blocked={blocked}
      // The most that it can open: a target, a period and a token account may be there already.
      opens={[DELEGATION_BYTES, TARGET_BYTES, TOKEN_ACCOUNT_BYTES, ...(periods > 0 ? [LOCK_PERIOD_BYTES] : [])]}
      build={async () => {
        if (!signer || amount === null || target === null) return [];
        const instructions = async () => {
          const [now, clock] = await Promise.all([get(needChain(chain), KINDS.stakePool, pool.address), chainClock(needChain(chain))]);
          return delegateAll(needChain(chain), signer, now, { operator: target, amount, lockPeriods: periods }, clock.atS);
        };
        return [{ title: `Delegate ${tokens(amount, decimals)}`, instructions }];
      }}
      done={() => `Delegated ${tokens(amount ?? 0n, decimals)} to ${to === 'pool' ? 'the stake pool' : 'the operator'}.`}
    >
      <Select
        label="Behind"
        value={to}
        onChange={setTo}
        options={[
          { value: 'pool', label: 'The whole stake pool: no penalty reaches it' },
          { value: 'operator', label: 'An operator: shares its penalties' },
        ]}
      />
      {to === 'operator' && (
        <>
          <Field label="Operator’s address" value={operator} onChange={setOperator} error={wrong ? 'That is no address: give 32 bytes in base58.' : null} />
          <Notice tone="warn">When the operator’s bond does not cover a penalty, its delegators pay the rest. It earns what the stake pool earns.</Notice>
        </>
      )}
      <AmountField label="Amount in tokens" text={text} onChange={setText} decimals={decimals} max={wallet} of="in the wallet" error={error} />
      <LockField pool={pool.data} nowS={nowS} value={periods} least={0} onChange={setPeriods} />
    </ActionDialog>
  );
}
