// What can be claimed now, whether the chain confirms it, and the button.
import type { Address } from '@solana/kit';
import { useState } from 'react';
import { useClaimant, type Unit } from '../../chain/queries';
import { payeesOf } from '../../lib/payees';
import { Amount, Badge, Button, Card, Explain, Failed, Loading, ScreenLink, useCannotSign } from '../../ui';
import { ClaimDialog } from './claim-dialog';
import { useClaimable, type Certainty } from './data';
import { SHOWN_DECIMALS } from './figures';

export function ClaimCard({ operator, unit }: { operator: Address; unit: Unit | null }) {
  const claimable = useClaimable(operator);
  const cannot = useCannotSign();
  const [open, setOpen] = useState(false);
  const { amount, certainty } = claimable;
  const empty = amount === 0n;
  return (
    <Card className="flex h-full flex-col justify-between">
      <div>
        <h2 className="flex items-center gap-1 text-[0.9375rem]">
          Claimable now{' '}
          <Explain label="what is claimable now">
            Your leaf in the chain’s active root (everything ever earned in finalized epochs) − what was paid
            to you before. The proof from the oracle is checked in your browser against the root that your RPC
            node reads from the chain.
          </Explain>
        </h2>
        {amount !== null && unit !== null ? (
          <p
            className="mt-1 text-[2.5rem] leading-tight font-semibold tracking-tight break-words"
            data-testid="claimable"
          >
            <Amount amount={amount} {...unit} max={SHOWN_DECIMALS} />
          </p>
        ) : claimable.error ? (
          <div className="mt-2">
            <Failed error={claimable.error} title="What is claimable is not known" />
          </div>
        ) : (
          <Loading lines={1} label="Checking what is claimable" />
        )}
        <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
          <CertaintyBadge certainty={certainty} epoch={claimable.epoch} />
          {claimable.claimed !== null && unit !== null && (
            <span>
              paid so far <Amount amount={claimable.claimed} decimals={unit.decimals} max={SHOWN_DECIMALS} />
            </span>
          )}
          <PayeesNote operator={operator} />
        </div>
      </div>
      <div className="mt-4">
        <div className="flex flex-wrap items-center gap-3">
          <Button
            kind="primary"
            size="large"
            disabled={cannot !== null || empty || amount === null}
            onClick={() => setOpen(true)}
            aria-haspopup="dialog"
            aria-describedby="claim-note"
          >
            Claim all
          </Button>
          <ScreenLink to="/rewards">History and payees</ScreenLink>
        </div>
        <p id="claim-note" className="mt-2 text-[0.8125rem] text-muted">
          {cannot ??
            (empty
              ? 'Everything that is final has been claimed.'
              : 'You see what it costs and where it goes before anything is signed.')}
        </p>
      </div>
      {unit !== null && (
        <ClaimDialog
          open={open}
          onClose={() => setOpen(false)}
          operator={operator}
          decimals={unit.decimals}
        />
      )}
    </Card>
  );
}

function CertaintyBadge({ certainty, epoch }: { certainty: Certainty; epoch: number | null }) {
  switch (certainty) {
    case 'verified':
      return (
        <Badge tone="good">
          <span aria-hidden="true">✓</span>
          <span>Verified against the chain, epoch {epoch}</span>
        </Badge>
      );
    case 'behind':
      return <Badge tone="warn">Waiting: oracle and RPC node are at different epochs</Badge>;
    case 'invalid':
      return <Badge tone="bad">The oracle’s proof does not lead to the chain’s root</Badge>;
    case 'unchecked':
      return <Badge>Not checked against the chain yet</Badge>;
    case 'nothing':
      return <Badge>Nothing finalized yet</Badge>;
  }
}

function PayeesNote({ operator }: { operator: Address }) {
  const claimant = useClaimant(operator);
  if (!claimant.data) return null;
  const count = payeesOf(claimant.data.raw).length;
  return <span>{count === 0 ? 'all of it goes to this wallet' : `shared among ${count} payees`}</span>;
}
