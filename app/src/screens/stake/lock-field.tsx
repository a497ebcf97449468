// How long to lock, and what the stake weighs meanwhile.
import { useId } from 'react';
import { lockCurve, multiplierPpm, multiplierText, periodStart, presentPeriod, type LockPoint, type PoolState } from '../../lib/stake';
import { duration, exact } from '../../lib/time';
import { ChartFrame, Explain, Table } from '../../ui';

export function LockField(props: { pool: PoolState; nowS: number; value: number; least: number; onChange: (periods: number) => void }) {
  const { pool, nowS, value } = props;
  const id = useId();
  const longest = pool.maxLockPeriods;
  const set = (text: string) => {
    const number = Math.trunc(Number(text));
    if (Number.isFinite(number)) props.onChange(Math.min(longest, Math.max(props.least, number)));
  };
  const freeAt = value === 0 ? null : periodStart(pool, presentPeriod(pool, nowS) + value + 1);
  const ppm = multiplierPpm(longest, value);
  return (
    <div className="space-y-3">
      <div>
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          Lock, in periods of {duration(pool.periodSeconds)}
        </label>
        <div className="flex items-center gap-3">
          <input id={id} type="range" min={props.least} max={longest} value={value} onChange={(event) => set(event.target.value)} className="min-w-0 flex-1 accent-[var(--accent)]" aria-valuetext={`${value} periods, weight ${multiplierText(ppm)}`} />
          <input
            type="number"
            aria-label="Periods"
            min={props.least}
            max={longest}
            value={value}
            onChange={(event) => set(event.target.value)}
            className="min-h-9 w-20 rounded-lg border border-line-strong bg-surface px-2 text-right text-sm"
          />
        </div>
      </div>
      <p>
        <span className="text-2xl font-semibold tracking-tight">{multiplierText(ppm)}</span> <span className="text-muted">weight now</span>{' '}
        <Explain label="the weight">
          (N + 3 × periods ahead) ÷ N = ({longest} + 3 × {value}) ÷ {longest}, rounded down. It falls by 3 ÷ N each period, to once when
          the last period begins. Rewards are shared by amount × weight.
        </Explain>
        <span className="block text-[0.8125rem] text-muted">
          {freeAt === null ? 'No lock: you can ask for it back at any time.' : `Locked until ${exact(freeAt)}, ${duration(freeAt - nowS)} from now.`}
        </span>
      </p>
      {value > 0 && <LockChart points={lockCurve(pool, nowS, value)} />}
    </div>
  );
}

const WIDTH = 480;
const HEIGHT = 130;
const LEFT = 30;
const BASE = HEIGHT - 18;

/** A falling stair. The geometry alone is floating point. */
function LockChart({ points }: { points: LockPoint[] }) {
  const step = (WIDTH - LEFT) / points.length;
  const y = (ppm: number) => BASE - (ppm / 4_000_000) * (BASE - 8);
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${LEFT + at * step},${y(point.ppm)}H${LEFT + (at + 1) * step}`).join('');
  const first = points[0] as LockPoint;
  return (
    <ChartFrame
      summary={`The weight falls from ${multiplierText(first.ppm)} now to once after ${points.length - 2} periods.`}
      height={HEIGHT}
      legend={<span className="text-muted">Weight by period</span>}
      picture={
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="size-full" preserveAspectRatio="xMinYMid meet">
          {[1, 2, 3, 4].map((times) => (
            <g key={times}>
              <line x1={LEFT} x2={WIDTH} y1={y(times * 1_000_000)} y2={y(times * 1_000_000)} stroke="var(--line)" />
              <text x={LEFT - 6} y={y(times * 1_000_000) + 4} textAnchor="end" fontSize="11" fill="var(--muted)">
                {times}×
              </text>
            </g>
          ))}
          <path d={`${path}V${BASE}H${LEFT}Z`} fill="var(--accent-soft)" />
          <path d={path} fill="none" stroke="var(--accent)" strokeWidth="2" />
          <text x={LEFT} y={HEIGHT - 4} fontSize="11" fill="var(--muted)">
            now
          </text>
          <text x={WIDTH} y={HEIGHT - 4} fontSize="11" textAnchor="end" fill="var(--muted)">
            free
          </text>
        </svg>
      }
      table={
        <Table
          caption="Weight by period"
          narrow="scroll"
          columns={[
            { key: 'period', head: 'Period', rowHead: true, cell: (point: LockPoint) => point.period },
            { key: 'from', head: 'From', cell: (point: LockPoint) => exact(point.startsAtS) },
            { key: 'weight', head: 'Weight', number: true, cell: (point: LockPoint) => multiplierText(point.ppm) },
          ]}
          rows={points}
          rowKey={(point) => String(point.period)}
        />
      }
    />
  );
}
