// Earnings by epoch and category, stacked. A chunk of its own: the chart library comes with it.
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { OperatorEpoch } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format, sum } from '../../lib/amount';
import { CATEGORIES, CATEGORY } from '../../lib/category';
import { Amount, CategoryMark, ChartFrame, Table, type Column } from '../../ui';

type Point = { epoch: number; source: OperatorEpoch } & Record<string, unknown>;

export default function EarningsChart({ epochs, unit }: { epochs: readonly OperatorEpoch[]; unit: Unit }) {
  const { decimals, symbol } = unit;
  const used = CATEGORIES.filter((category) =>
    epochs.some((epoch) => epoch.by_category[category] !== undefined),
  );
  const shown = used.length ? used : CATEGORIES;
  const points = [...epochs].reverse().map((source): Point => {
    // Geometry alone: every number that is read comes from the exact amounts.
    const heights = shown.map((category) => [
      category,
      Number(source.by_category[category] ?? '0') / 10 ** decimals,
    ]);
    return { epoch: source.epoch, source, ...Object.fromEntries(heights) };
  });
  const total = sum(epochs.map(({ share }) => share));
  return (
    <ChartFrame
      summary={`Earnings of ${epochs.length} epochs by category, ${format(total, decimals, { maxFraction: 4 })} ${symbol} together`}
      legend={shown.map((category) => (
        <CategoryMark key={category} category={category} />
      ))}
      height={232}
      fill
      picture={
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            data={points}
            margin={{ top: 6, right: 4, bottom: 0, left: 0 }}
            barCategoryGap="18%"
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="epoch"
              tickLine={false}
              axisLine={{ stroke: 'var(--line-strong)' }}
              tick={{ fill: 'var(--muted)', fontSize: 12 }}
              minTickGap={16}
            />
            <YAxis
              width={52}
              tickLine={false}
              axisLine={false}
              tick={{ fill: 'var(--muted)', fontSize: 12 }}
              tickFormatter={(value: number) =>
                new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value)
              }
            />
            <Tooltip
              cursor={{ fill: 'var(--sunken)' }}
              isAnimationActive={false}
              content={({ active, payload }) =>
                active ? (
                  <Bubble point={payload[0]?.payload as Point | undefined} decimals={decimals} />
                ) : null
              }
            />
            {shown.map((category) => (
              <Bar
                key={category}
                dataKey={category}
                stackId="share"
                fill={CATEGORY[category].color}
                stroke="var(--surface)"
                strokeWidth={1}
                maxBarSize={44}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      }
      table={<EpochTable epochs={epochs} categories={shown} decimals={decimals} symbol={symbol} />}
    />
  );
}

function Bubble({ point, decimals }: { point: Point | undefined; decimals: number }) {
  if (!point) return null;
  const { source } = point;
  return (
    <div className="rounded-lg border border-line bg-surface px-3 py-2 text-[0.8125rem] shadow-lg">
      <p className="font-semibold">
        Epoch {source.epoch} <span className="font-normal text-muted">({source.state})</span>
      </p>
      <ul className="mt-1 space-y-0.5">
        {CATEGORIES.filter((category) => source.by_category[category]).map((category) => (
          <li key={category} className="flex justify-between gap-5">
            <CategoryMark category={category} />
            <Amount amount={source.by_category[category] as string} decimals={decimals} max={4} />
          </li>
        ))}
        <li className="flex justify-between gap-5 border-t border-line pt-0.5 font-medium">
          Together <Amount amount={source.share} decimals={decimals} max={4} />
        </li>
      </ul>
    </div>
  );
}

function EpochTable(props: {
  epochs: readonly OperatorEpoch[];
  categories: readonly (typeof CATEGORIES)[number][];
  decimals: number;
  symbol: string;
}) {
  const { epochs, categories, decimals, symbol } = props;
  const amount = (text: string | undefined) => (text ? <Amount amount={text} decimals={decimals} /> : '0');
  const columns: Column<OperatorEpoch>[] = [
    { key: 'epoch', head: 'Epoch', cell: (row) => row.epoch, sort: (row) => row.epoch, rowHead: true },
    ...categories.map((category): Column<OperatorEpoch> => ({
      key: category,
      head: CATEGORY[category].label,
      number: true,
      cell: (row) => amount(row.by_category[category]),
      sort: (row) => BigInt(row.by_category[category] ?? 0),
    })),
    {
      key: 'share',
      head: 'Together',
      number: true,
      cell: (row) => amount(row.share),
      sort: (row) => BigInt(row.share),
    },
    { key: 'state', head: 'State', cell: (row) => row.state },
  ];
  return (
    <Table
      caption={`Earnings by epoch and category, in ${symbol}`}
      columns={columns}
      rows={epochs}
      rowKey={(row) => String(row.epoch)}
      narrow="scroll"
      pageSize={365}
    />
  );
}
