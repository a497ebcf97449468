// Penalties against the wallet's bonds, and against operators that it delegates to.
import type { Staking } from '../../chain/stake-read';
import type { Found } from '../../chain/accounts';
import type { Penalty } from '../../generated/staking/accounts';
import { toHex } from '../../lib/bytes';
import { penaltyReason } from '../../lib/stake-reasons';
import { penaltyState, type PenaltyState } from '../../lib/stake';
import { useApp } from '../../state';
import { Address, Amount, Badge, Card, Countdown, Empty, Explain, Notice, type Tone } from '../../ui';

const STATE: Record<PenaltyState, { label: string; tone: Tone; what: string }> = {
  appeal: {
    label: 'Announced',
    tone: 'bad',
    what: 'Appeal before the deadline: send the evidence hash and why the verdict is wrong to the network’s guardian or authority, who alone can veto it. Until it is decided, nothing can be withdrawn.',
  },
  executable: {
    label: 'About to be executed',
    tone: 'bad',
    what: 'The appeal window is over: anyone may execute it now. Nothing can be withdrawn before. Bond more afterwards, so that your devices stay covered.',
  },
  vetoed: { label: 'Vetoed', tone: 'good', what: 'Nothing was taken, and nothing will be.' },
  executed: { label: 'Executed', tone: 'neutral', what: 'Bond more when your devices are no longer covered, and look at the device’s refused proofs for the cause.' },
};

export function Penalties({ staking, nowS }: { staking: Staking; nowS: number }) {
  const rows = [...staking.penalties].sort((a, b) => Number(b.data.executableAt - a.data.executableAt));
  return (
    <Card
      title={
        <>
          Penalties{' '}
          <Explain label="penalties">
            What oracles finalized for proven faults. Each is announced with its proof, can be vetoed within the appeal window, and
            executed after it: from the bond, what is unbonding, then the operator’s delegators. One that nobody announces before its
            epoch’s penalties expire lapses.
          </Explain>
        </>
      }
    >
      {rows.length === 0 ? (
        <Empty title="No penalties">Nobody announced one against your bonds, or the operators that you delegate to.</Empty>
      ) : (
        <ul className="space-y-3">
          {rows.map((penalty) => (
            <li key={penalty.address}>
              <PenaltyItem penalty={penalty} staking={staking} nowS={nowS} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function PenaltyItem({ penalty, staking, nowS }: { penalty: Found<Penalty>; staking: Staking; nowS: number }) {
  const { explorer } = useApp();
  const { data } = penalty;
  const state = penaltyState(data.status, data.executableAt, nowS);
  const { label, tone, what } = STATE[state];
  const reason = penaltyReason(data.reason);
  const epoch = staking.penaltyEpochs.get(data.penaltyEpoch);
  const own = staking.bonds.some(({ address }) => address === data.bond);
  const expired = epoch !== undefined && BigInt(nowS) > epoch.expiresAt;
  return (
    <article className="rounded-lg border border-line p-3.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-base">
          <Amount amount={data.amount} decimals={staking.decimals} /> tokens, {own ? 'from your bond' : 'from an operator you delegate to'}
        </h3>
        <span className="flex gap-1.5">
          <Badge tone={tone}>{label}</Badge>
          {expired && <Badge>epoch expired</Badge>}
        </span>
      </div>
      <p className="mt-1">{reason.text}</p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-muted">Reason</dt>
        <dd>
          <code>{reason.name}</code> ({data.reason})
        </dd>
        {epoch && (
          <>
            <dt className="text-muted">Epoch</dt>
            <dd>{epoch.epoch.toString()}</dd>
          </>
        )}
        <dt className="text-muted">Evidence</dt>
        <dd>
          <Address address={toHex(data.evidenceHash)} letters={8} label="evidence hash" />
        </dd>
        <dt className="text-muted">Account</dt>
        <dd>
          <Address address={penalty.address} href={explorer('address', penalty.address)} label="penalty" />
        </dd>
        {state === 'appeal' && (
          <>
            <dt className="text-muted">Appeal within</dt>
            <dd>
              <Countdown untilS={Number(data.executableAt) - staking.clockOffsetS} done="over" />
            </dd>
          </>
        )}
        {state === 'executed' && (
          <>
            <dt className="text-muted">Taken</dt>
            <dd>
              <Amount amount={data.taken} decimals={staking.decimals} />
            </dd>
          </>
        )}
      </dl>
      <div className="mt-2">
        <Notice tone={state === 'appeal' || state === 'executable' ? 'warn' : 'neutral'}>{what}</Notice>
      </div>
    </article>
  );
}
