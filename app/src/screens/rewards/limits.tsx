// What holds claims back for a while: the pool's breaker and the operator's cap.
import type { Address } from '@solana/kit';
import { useRewardUnit } from '../../chain/queries';
import { duration } from '../../lib/time';
import { roomIn, type Held, type LimitState } from '../../lib/limits';
import { Amount, Badge, Card, Explain, Failed, Loading, Meter, Notice } from '../../ui';
import { useHeld } from './books';

export function Limits({ operator }: { operator: Address }) {
  const { held, nowS, error, retry } = useHeld(operator);
  const unit = useRewardUnit();
  return (
    <Card title="What holds claims back" note="Limits bound what a stolen key or a bug could cost. What they hold back stays yours.">
      {held && unit ? (
        <Shown held={held} nowS={nowS} decimals={unit.decimals} />
      ) : error ? (
        <Failed error={error} retry={retry} />
      ) : (
        <Loading lines={4} label="Reading the pool's limits" />
      )}
    </Card>
  );
}

function Shown({ held, nowS, decimals }: { held: Held; nowS: number; decimals: number }) {
  return (
    <div className="space-y-4">
      <LimitLine
        name="The pool’s breaker"
        formula="Limit = the smaller of a fixed amount and a part of the vault (rounded up). What was claimed counts in full at first and falls to nothing in a straight line over the window: used × (window − elapsed) ÷ window. All operators share it."
        state={held.breaker}
        {...{ held, nowS, decimals }}
      />
      <LimitLine
        name="Your cap"
        formula="The most that one operator’s claims may take out of the vault in a window. What was claimed counts in full at first and falls to nothing in a straight line over the window."
        state={held.cap}
        {...{ held, nowS, decimals }}
      />
      {held.held > 0n ? (
        <Notice tone="warn" title="Part of it has to wait">
          A claim pays <Amount amount={held.payable} decimals={decimals} symbol="tokens" /> now;{' '}
          <Amount amount={held.held} decimals={decimals} symbol="tokens" /> stay for later claims.
        </Notice>
      ) : (
        <p className="text-sm text-muted">Nothing is held back now: a claim pays everything that is finalized.</p>
      )}
    </div>
  );
}

function LimitLine(props: { name: string; formula: string; state: LimitState; held: Held; nowS: number; decimals: number }) {
  const { name, state, held, decimals } = props;
  const due = held.payable + held.held;
  const wait = roomIn(state, due < state.limit ? due : state.limit, props.nowS);
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-2">
        <h3 className="flex items-center gap-1">
          {name}
          <Explain label={name}>{props.formula}</Explain>
        </h3>
        {!state.on && <Badge>off</Badge>}
      </div>
      {state.on ? (
        <>
          <Meter
            label={`${name}: used`}
            // Geometry and words of a meter: millionths are exact enough.
            ppm={state.limit === 0n ? 1_000_000 : Number((state.used * 1_000_000n) / state.limit)}
            text={`${state.limit === 0n ? 100 : Number((state.used * 100n) / state.limit)} % used`}
            tone={state.room === 0n ? 'bad' : 'accent'}
          />
          <p className="mt-1.5 text-[0.8125rem] text-muted">
            Room for <Amount amount={state.room ?? 0n} decimals={decimals} /> of <Amount amount={state.limit} decimals={decimals} /> tokens
            per {duration(state.windowSeconds)}.
            {wait !== null && wait > 0 && <> Room for what is claimable in {duration(wait)}, when nothing else is claimed.</>}
          </p>
        </>
      ) : (
        <p className="text-[0.8125rem] text-muted">The pool’s terms set none.</p>
      )}
    </div>
  );
}
