// An operator's devices: what each proved and earned, and what is the matter with it.
import type { Address as Key } from '@solana/kit';
import { useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useLiveMessage, useOperatorDevices } from '../../api/queries';
import type { DeviceList, DeviceRow } from '../../api/types';
import { useRewardUnit, type Unit } from '../../chain/queries';
import { short } from '../../lib/address';
import { CATEGORIES, CATEGORY } from '../../lib/category';
import { download } from '../../lib/csv';
import {
  acceptancePpm,
  devicesCsv,
  filtered,
  isFiltered,
  lastProofMs,
  readFilter,
  STATUSES,
  totalsOf,
  writeFilter,
  type Filter,
  type News,
} from '../../lib/devices';
import { sentence } from '../../lib/errors';
import { attentionLabel, severityOf } from '../../lib/health';
import {
  Ago,
  Amount,
  Badge,
  Button,
  buttonClass,
  Card,
  CategoryMark,
  Checkbox,
  Empty,
  Field,
  Loading,
  NeedOperator,
  PageHead,
  Percent,
  Query,
  ScreenLink,
  Select,
  Table,
  Tooltip,
  type Column,
} from '../../ui';
import { StatusBadge } from './status';

const WINDOWS = ['30', '90', '365'] as const;

export default function Devices() {
  return (
    <>
      <PageHead
        title="Devices"
        note="What each of your devices proved and earned, and what is the matter with it."
        actions={
          <ScreenLink to="/onboard" className={buttonClass('secondary')}>
            Onboard a device
          </ScreenLink>
        }
      />
      <NeedOperator what="your devices">{(operator) => <OfOperator operator={operator} />}</NeedOperator>
    </>
  );
}

function OfOperator({ operator }: { operator: Key }) {
  const [epochs, setEpochs] = useState<(typeof WINDOWS)[number]>('30');
  const query = useOperatorDevices(operator, Number(epochs));
  const unit = useRewardUnit();
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const setFilter = (next: Filter) => setSearch((before) => writeFilter(before, next), { replace: true, preventScrollReset: true });
  return (
    <Card
      title="All devices"
      note={`Figures of the last ${epochs} closed epochs. The name opens everything about a device.`}
      actions={
        <Select
          compact
          label="How many epochs"
          value={epochs}
          options={WINDOWS.map((value) => ({ value, label: `Last ${value} epochs` }))}
          onChange={setEpochs}
        />
      }
    >
      <Query query={query} lines={8} label="Reading your devices">
        {(list) => (unit ? <List list={list} unit={unit} filter={filter} setFilter={setFilter} /> : <Loading lines={8} />)}
      </Query>
    </Card>
  );
}

/** When devices proved something since the list was read, by the live feed. */
function useNews(): News {
  const newest = useLiveMessage('device');
  const [news, setNews] = useState<News>(() => new Map());
  useEffect(() => {
    if (newest?.accepted) setNews((before) => new Map(before).set(newest.device, newest.at_ms));
  }, [newest]);
  return news;
}

type ListProps = { list: DeviceList; unit: Unit; filter: Filter; setFilter: (filter: Filter) => void };

function List({ list, unit, filter, setFilter }: ListProps) {
  const news = useNews();
  const rows = useMemo(() => filtered(list.devices, filter), [list.devices, filter]);
  const shown = useMemo(() => columns(unit, news), [unit, news]);
  if (list.devices.length === 0) {
    return (
      <Empty
        title="No devices yet"
        action={
          <ScreenLink to="/onboard" className={buttonClass('primary')}>
            Onboard a device
          </ScreenLink>
        }
      >
        A device earns for this wallet once it joined the network with it as its operator.
      </Empty>
    );
  }
  return (
    <>
      <Filters filter={filter} onChange={setFilter} />
      <p role="status" className="mb-2 text-[0.8125rem] text-muted">
        {isFiltered(filter) ? `${rows.length} of ${list.devices.length} devices` : `${rows.length} ${rows.length === 1 ? 'device' : 'devices'}`}
      </p>
      {rows.length === 0 ? (
        <Empty
          title="No device is like that"
          action={<Button onClick={() => setFilter({ status: '', category: '', attention: false, text: '' })}>Show all devices</Button>}
        >
          Choose another category or status, or search for less.
        </Empty>
      ) : (
        <>
          <Table
            caption="Your devices"
            columns={shown}
            rows={rows}
            rowKey={(row) => row.device}
            initialSort={{ key: 'share', descending: true }}
            pageSize={50}
          />
          <Totals rows={rows} unit={unit} operator={list.operator} news={news} />
        </>
      )}
    </>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  return (
    <search className="mb-4 flex flex-wrap items-end gap-3">
      <Field
        className="min-w-52 flex-1"
        label="Search"
        type="search"
        placeholder="Serial, address, cell or licence"
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
      <Select
        label="Category"
        value={filter.category}
        options={[{ value: '', label: 'All categories' }, ...CATEGORIES.map((value) => ({ value: value as string, label: CATEGORY[value].label }))]}
        onChange={(category) => onChange({ ...filter, category })}
      />
      <Select
        label="Status"
        value={filter.status}
        options={[{ value: '' as Filter['status'], label: 'Any status' }, ...STATUSES.map((value) => ({ value, label: sentence(value) }))]}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <div className="pb-2">
        <Checkbox label="Needs attention" checked={filter.attention} onChange={(attention) => onChange({ ...filter, attention })} />
      </div>
    </search>
  );
}

/** The sums of what is shown, and the same as a file. */
function Totals(props: { rows: readonly DeviceRow[]; unit: Unit; operator: string; news: News }) {
  const { rows, unit } = props;
  const totals = useMemo(() => totalsOf(rows), [rows]);
  return (
    <div className="mt-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line pt-3 text-sm">
      <dl className="flex flex-wrap gap-x-6 gap-y-1">
        <Total name={`Earned by ${rows.length === 1 ? 'this device' : `these ${rows.length} devices`}`} testid="sum-share">
          <Amount amount={totals.share} {...unit} />
        </Total>
        <Total name="Lifetime" testid="sum-lifetime">
          <Amount amount={totals.lifetime} {...unit} />
        </Total>
        <Total name="Accepted" testid="sum-accepted">
          {totals.accepted.toLocaleString()} of {(totals.accepted + totals.refused).toLocaleString()} proofs
          {totals.acceptancePpm !== null && (
            <>
              {' '}
              (<Percent ppm={totals.acceptancePpm} />)
            </>
          )}
        </Total>
      </dl>
      <Button size="small" onClick={() => download(`devices-${props.operator}.csv`, devicesCsv(rows, unit.decimals, props.news))}>
        Download these devices as CSV
      </Button>
    </div>
  );
}

function Total({ name, testid, children }: { name: string; testid: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{name}:</dt>
      <dd className="font-semibold" data-testid={testid}>
        {children}
      </dd>
    </div>
  );
}

function columns({ decimals, symbol }: Unit, news: News): Column<DeviceRow>[] {
  return [
    {
      key: 'device',
      head: 'Device',
      rowHead: true,
      sort: (row) => (row.serial ?? row.device).toLowerCase(),
      cell: (row) => (
        <ScreenLink to={`/devices/${row.device}`} className="link" title={row.device}>
          {row.serial ?? short(row.device)}
        </ScreenLink>
      ),
    },
    {
      key: 'category',
      head: 'Category',
      sort: (row) => `${row.category} ${row.class}`,
      cell: (row) => (
        <span className="inline-flex items-baseline gap-2">
          <CategoryMark category={row.category} />
          <span className="text-[0.8125rem] text-muted">class {row.class}</span>
        </span>
      ),
    },
    { key: 'status', head: 'Status', sort: (row) => worst(row), cell: (row) => <Condition device={row} /> },
    {
      key: 'last',
      head: 'Last proof',
      explain: 'When the oracle took the last proof of the device that passed its first checks.',
      sort: (row) => lastProofMs(row, news) ?? 0,
      cell: (row) => {
        const last = lastProofMs(row, news);
        return <Ago atS={last === null ? null : Math.floor(last / 1_000)} />;
      },
    },
    {
      key: 'acceptance',
      head: 'Accepted',
      explain: 'Accepted proofs ÷ all proofs that were judged in these epochs, rounded down.',
      number: true,
      sort: (row) => acceptancePpm(row) ?? -1,
      cell: (row) => <Acceptance device={row} />,
    },
    {
      key: 'quality',
      head: 'Quality',
      explain: 'The device’s own factors multiplied, in the newest epoch that judged it: uptime, reputation, licence, bond and the like.',
      number: true,
      sort: (row) => row.quality_ppm ?? -1,
      cell: (row) => <Percent ppm={row.quality_ppm} />,
    },
    {
      key: 'share',
      head: `Earned, ${symbol}`,
      explain: 'Sum of the device’s shares in these epochs that are yours, whether claimed or not.',
      number: true,
      sort: (row) => BigInt(row.share),
      cell: (row) => (
        <strong className="font-semibold">
          <Amount amount={row.share} decimals={decimals} />
        </strong>
      ),
    },
    {
      key: 'lifetime',
      head: `Lifetime, ${symbol}`,
      explain: 'What the device ever earned for you, by the newest closed epoch.',
      number: true,
      sort: (row) => BigInt(row.lifetime_total),
      cell: (row) => <Amount amount={row.lifetime_total} decimals={decimals} />,
    },
  ];
}

/** For sorting: what earns nothing comes first, then what is only warned of. */
function worst({ attention, status }: DeviceRow): number {
  if (attention.some(({ code }) => severityOf(code) === 'bad')) return 3;
  return attention.length > 0 ? 2 : status === 'active' ? 0 : 1;
}

/** Its status, and what is the matter with it. */
function Condition({ device }: { device: DeviceRow }) {
  const { attention, status } = device;
  // These are said by the status itself.
  const others = attention.filter(({ code }) => code !== status);
  return (
    <span className="inline-flex flex-wrap gap-1 max-md:justify-end">
      {(status !== 'active' || others.length === 0) && <StatusBadge status={status} />}
      {others.map(({ code, message, hint }) => (
        <Tooltip key={code} content={`${sentence(message)}. ${sentence(hint)}.`}>
          <Badge tone={severityOf(code)}>{attentionLabel(code)}</Badge>
        </Tooltip>
      ))}
    </span>
  );
}

function Acceptance({ device }: { device: DeviceRow }) {
  const { accepted, refused } = device;
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <Percent ppm={acceptancePpm(device)} />
      <span className="text-[0.8125rem] text-muted">
        of {(accepted + refused).toLocaleString()}
      </span>
    </span>
  );
}
