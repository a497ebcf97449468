// The emission's picture. Positions are numbers: only geometry, never an amount that is shown.
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { format } from '../../lib/amount';
import type { EmissionPoint } from '../../lib/emission';

type Props = { points: readonly EmissionPoint[]; current: bigint; decimals: number };
type Placed = { epoch: number; per: number; through: number | null; point: EmissionPoint };

const axis = { stroke: 'var(--line-strong)', tick: { fill: 'var(--muted)', fontSize: 12 }, tickLine: false } as const;

export default function EmissionChart({ points, current, decimals }: Props) {
  const scale = 10 ** decimals;
  const data: Placed[] = points.map((point) => ({
    epoch: Number(point.epoch),
    per: Number(point.perEpoch) / scale,
    through: point.through === null ? null : Number(point.through) / scale,
    point,
  }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={data} margin={{ top: 18, right: 4, bottom: 4, left: 4 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="epoch" type="number" domain={['dataMin', 'dataMax']} allowDecimals={false} {...axis} tickFormatter={short} />
        <YAxis yAxisId="per" width={52} {...axis} axisLine={false} tickFormatter={short} domain={[0, 'auto']} padding={{ top: 14 }} />
        <YAxis yAxisId="through" orientation="right" width={52} {...axis} axisLine={false} tickFormatter={short} domain={[0, 'auto']} padding={{ top: 14 }} />
        <Tooltip content={<Bubble decimals={decimals} />} cursor={{ stroke: 'var(--line-strong)' }} isAnimationActive={false} />
        <Area yAxisId="per" dataKey="per" type="stepAfter" stroke="var(--accent)" strokeWidth={2} fill="var(--accent-soft)" isAnimationActive={false} />
        <Line yAxisId="through" dataKey="through" type="linear" stroke="var(--warn)" strokeWidth={2} dot={false} isAnimationActive={false} connectNulls={false} />
        <ReferenceLine
          yAxisId="per"
          x={Number(current)}
          stroke="var(--ink)"
          strokeDasharray="4 3"
          label={{ value: 'now', position: 'top', fill: 'var(--ink)', fontSize: 12 }}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const short = (value: number) => compact.format(value);

function Bubble(props: { active?: boolean; payload?: readonly { payload?: Placed }[]; decimals: number }) {
  const point = props.payload?.[0]?.payload?.point;
  if (!props.active || !point) return null;
  return (
    <div className="rounded-lg bg-ink px-3 py-2 text-[0.8125rem] text-bg shadow-lg">
      <p className="font-semibold">Epoch {point.epoch.toString()}</p>
      <p>{format(point.perEpoch, props.decimals)} tokens an epoch</p>
      {point.through !== null && <p>{format(point.through, props.decimals)} tokens in all</p>}
    </div>
  );
}
