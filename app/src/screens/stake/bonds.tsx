// What the wallet has at risk for its devices, and whether that is enough.
import { useState } from 'react';
import type { Staking } from '../../chain/stake-read';
import { Amount, Badge, Button, Card, CategoryMark, Empty, Explain, Meter, ScreenLink, Table, type Column } from '../../ui';
import type { Bond } from '../../generated/staking/accounts';
import { format } from '../../lib/amount';
import { bondRows, type BondRow } from './data';
import { BondDialog, CloseBondDialog, UnbondDialog } from './bond-dialogs';

export function Bonds({ staking, nowS }: { staking: Staking; nowS: number }) {
  const [open, setOpen] = useState<{ kind: 'bond' | 'unbond' | 'close'; row: BondRow } | null>(null);
  const rows = bondRows(staking, nowS);
  // A bond that was just closed has no row any more; its receipt is shown all the same.
  const chosen = open && ((open.kind !== 'close' && rows.find(({ key }) => key === open.row.key)) || open.row);
  const { decimals } = staking;
  const columns: Column<BondRow>[] = [
    { key: 'of', head: 'For', rowHead: true, cell: (row) => <BondName row={row} /> },
    { key: 'devices', head: 'Devices', number: true, cell: (row) => (row.role === 'oracle' ? '–' : row.devices) },
    { key: 'bonded', head: 'Bonded', number: true, cell: (row) => <Amount amount={row.coverage.bonded} decimals={decimals} /> },
    { key: 'required', head: 'Required', number: true, cell: (row) => (row.role === 'oracle' ? '–' : <Amount amount={row.coverage.required} decimals={decimals} />) },
    { key: 'coverage', head: 'Coverage', cell: (row) => <CoverageCell row={row} decimals={decimals} /> },
    {
      key: 'actions',
      head: <span className="sr-only">Actions</span>,
      label: 'Actions',
      cell: (row) => (
        <span className="flex flex-wrap justify-end gap-1.5">
          <Button size="small" kind={row.coverage.covered ? 'secondary' : 'primary'} onClick={() => setOpen({ kind: 'bond', row })} aria-label={`Bond more for ${nameOf(row)}`}>
            Bond more
          </Button>
          <Button size="small" onClick={() => setOpen({ kind: 'unbond', row })} disabled={row.coverage.bonded === 0n} aria-label={`Unbond from ${nameOf(row)}`}>
            Unbond
          </Button>
          {row.bond && isEmpty(row.bond.data) && (
            <Button size="small" onClick={() => setOpen({ kind: 'close', row })} aria-label={`Close the bond for ${nameOf(row)}`}>
              Close
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Card
      title={
        <>
          Bonds{' '}
          <Explain label="bonds">
            Required = what the class asks per device × your active devices of the class. A bond covers ⌊bonded ÷ per device⌋
            devices, those that joined first; the others earn nothing. Oracles read the bond as of the start of the settlement
            period that an epoch ends in.
          </Explain>
        </>
      }
      note="Stake that you answer with for your devices. Penalties are taken from it."
    >
      {rows.length === 0 ? (
        <Empty title="No bond, and no device that needs one" action={<ScreenLink to="/onboard">Onboard a device</ScreenLink>}>
          A bond is opened for a class of devices. Some classes ask for none.
        </Empty>
      ) : (
        <Table caption="Bonds by class" columns={columns} rows={rows} rowKey={(row) => row.key} />
      )}
      {chosen && open?.kind === 'bond' && <BondDialog staking={staking} row={chosen} onClose={() => setOpen(null)} />}
      {chosen && open?.kind === 'close' && <CloseBondDialog staking={staking} row={chosen} onClose={() => setOpen(null)} />}
      {chosen && open?.kind === 'unbond' && <UnbondDialog staking={staking} row={chosen} nowS={nowS} onClose={() => setOpen(null)} />}
    </Card>
  );
}

const isEmpty = (bond: Bond) => bond.amount === 0n && bond.openUnbondings === 0 && bond.pendingPenalties === 0;

export function nameOf(row: Pick<BondRow, 'role' | 'class'>): string {
  return row.role === 'oracle' ? 'oracle' : `class ${row.class}`;
}

function BondName({ row }: { row: BondRow }) {
  if (row.role === 'oracle') return <span>Oracle</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {row.category && <CategoryMark category={row.category} />}
      <span className="font-normal text-muted">class {row.class}</span>
    </span>
  );
}

function CoverageCell({ row, decimals }: { row: BondRow; decimals: number }) {
  const { coverage, devices, perDevice } = row;
  if (row.role === 'oracle') return <Badge>oracle’s bond</Badge>;
  if (perDevice === 0n) return <Badge tone="good">No bond needed</Badge>;
  const covered = coverage.covers !== null && coverage.covers < BigInt(devices) ? coverage.covers : BigInt(devices);
  return (
    <span className="block min-w-36">
      {coverage.covered ? (
        <Badge tone="good">Covered</Badge>
      ) : (
        <Badge tone="bad">Missing {format(coverage.missing, decimals)}</Badge>
      )}
      <span className="mt-1 block max-w-44">
        <Meter label={`Coverage of ${nameOf(row)}`} ppm={coverage.ppm} text={`${covered} of ${devices} devices`} tone={coverage.covered ? 'good' : 'bad'} />
      </span>
      <span className="mt-0.5 block text-[0.8125rem] text-muted">
        {covered.toString()} of {devices} {devices === 1 ? 'device' : 'devices'}, <Amount amount={perDevice} decimals={decimals} /> each
      </span>
    </span>
  );
}
