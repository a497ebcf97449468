// Bonding more, and asking for bonded stake back.
import { useState } from 'react';
import { bond as bondMore, closeBond, requestUnbond, ROLE_OPERATOR, ROLE_ORACLE, stakeOf } from '../../chain/stake';
import type { Staking } from '../../chain/stake-read';
import { bondOf } from '../../chain/pda';
import { get, KINDS } from '../../chain/accounts';
import { format, formatSol } from '../../lib/amount';
import { coverage, spare, stakeTermsAt } from '../../lib/stake';
import { duration } from '../../lib/time';
import { needChain, useApp } from '../../state';
import { Button, Notice } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { ActionDialog } from './action-dialog';
import { AmountField, readAmount, tokens } from './amount-field';
import { nameOf } from './bonds';
import type { BondRow } from './data';

/** Bytes of a bond's and an unbonding's account. */
const BOND_BYTES = 8 + 240;
export const UNBONDING_BYTES = 8 + 128;

export function BondDialog({ staking, row, onClose }: { staking: Staking; row: BondRow; onClose: () => void }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const { decimals, wallet } = staking;
  const missing = row.coverage.missing < wallet ? row.coverage.missing : wallet;
  const [text, setText] = useState(missing > 0n ? format(missing, decimals, { group: false }) : '');
  const { amount, error } = readAmount(text, decimals, wallet, 'in the wallet');
  const after = coverage(row.coverage.bonded + (amount ?? 0n), row.perDevice, row.devices);
  const role = row.role === 'oracle' ? ROLE_ORACLE : ROLE_OPERATOR;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Bond for ${nameOf(row)}`}
      submit={amount === null ? 'Bond' : `Bond ${tokens(amount, decimals)}`}
      blocked={amount === null ? 'Say how much.' : null}
      opens={row.bond ? [] : [BOND_BYTES]}
      build={async () => {
        if (!signer || amount === null) return [];
        const instructions = () => bondMore(needChain(chain), signer, stakeOf(staking.pool), role, row.class, amount);
        return [{ title: `Bond ${tokens(amount, decimals)}`, instructions }];
      }}
      done={() => `Bonded ${tokens(amount ?? 0n, decimals)} for ${nameOf(row)}.`}
    >
      <AmountField label="Amount in tokens" text={text} onChange={setText} decimals={decimals} max={wallet} of="in the wallet" error={error} />
      {wallet === 0n && <Notice tone="warn">The wallet holds none of the stake’s tokens: claim rewards first, or have some sent.</Notice>}
      {row.perDevice > 0n && (
        <p className="text-sm">
          {after.covered
            ? `Covers all ${row.devices} devices: ${format(after.bonded, decimals)} of ${format(after.required, decimals)} required.`
            : `Still ${format(after.missing, decimals)} short of the ${format(after.required, decimals)} that ${row.devices} devices need.`}
        </p>
      )}
      <p className="text-[0.8125rem] text-muted">Bonded tokens leave your wallet. You get them back by unbonding, after a cooldown.</p>
    </ActionDialog>
  );
}

export function UnbondDialog({ staking, row, nowS, onClose }: { staking: Staking; row: BondRow; nowS: number; onClose: () => void }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const { decimals, pool } = staking;
  const [text, setText] = useState('');
  const max = row.coverage.bonded;
  const free = spare(max, row.coverage.required);
  const { amount, error } = readAmount(text, decimals, max, 'bonded');
  const after = coverage(max - (amount ?? 0n), row.perDevice, row.devices);
  const { cooldownSeconds } = stakeTermsAt(pool.data, nowS);
  const role = row.role === 'oracle' ? ROLE_ORACLE : ROLE_OPERATOR;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Unbond from ${nameOf(row)}`}
      submit={amount === null ? 'Unbond' : `Unbond ${tokens(amount, decimals)}`}
      danger={!after.covered}
      blocked={amount === null ? 'Say how much.' : null}
      opens={[UNBONDING_BYTES]}
      build={async () => {
        if (!signer || amount === null) return [];
        const instructions = async () => {
          const address = await bondOf(pool.address, signer.address, role, row.class);
          const { data } = await get(needChain(chain), KINDS.bond, address);
          return [await requestUnbond(signer, pool.address, address, data.unbondingCount, amount)];
        };
        return [{ title: `Unbond ${tokens(amount, decimals)}`, instructions }];
      }}
      done={() => `${tokens(amount ?? 0n, decimals)} are on their way back: withdraw them in ${duration(cooldownSeconds)}.`}
    >
      <AmountField label="Amount in tokens" text={text} onChange={setText} decimals={decimals} max={max} of="bonded" error={error} />
      {row.perDevice > 0n && free > 0n && (
        <Button size="small" onClick={() => setText(format(free, decimals, { group: false }))}>
          Only what no device needs: {format(free, decimals)}
        </Button>
      )}
      {!after.covered && amount !== null && (
        <Notice tone="bad" title="Devices would earn nothing">
          What is left covers {after.covers?.toString() ?? '0'} of {row.devices} devices; {format(after.missing, decimals)} would be missing.
        </Notice>
      )}
      <p className="text-[0.8125rem] text-muted">
        The tokens can be withdrawn {duration(cooldownSeconds)} after this. Until then penalties still reach them.
      </p>
    </ActionDialog>
  );
}

export function CloseBondDialog({ staking, row, onClose }: { staking: Staking; row: BondRow; onClose: () => void }) {
  const { signer } = useWallet();
  const { bond } = row;
  if (!bond) return null;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title={`Close the bond for ${nameOf(row)}`}
      submit="Close it"
      build={async () => (signer ? [{ title: 'Close the bond', instructions: [closeBond(signer, staking.pool.address, bond)] }] : [])}
      done={() => `${formatSol(bond.lamports)} of rent went back to who paid it.`}
    >
      <p>
        It is empty. Closing it gives {formatSol(bond.lamports)} of rent back to who paid it. Right after it was emptied the program refuses:
        oracles still read it, for up to two settlement periods.
      </p>
    </ActionDialog>
  );
}
