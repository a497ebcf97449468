// An operator's devices: how each is, and what it earns.
import type { Address } from '@solana/kit';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useOperatorDevices } from '../../api/queries';
import type { DeviceList } from '../../api/types';
import { useRewardUnit } from '../../chain/queries';
import { devicesCsv, filtered, isFiltered, readFilter, withLastShare, writeFilter, type Filter } from '../../lib/devices';
import { download } from '../../lib/csv';
import { Button, buttonClass, Card, Empty, Loading, NeedOperator, PageHead, Query, ScreenLink } from '../../ui';
import { Filters, NO_FILTER } from './filters';
import { DeviceTable } from './table';

/** Closed epochs that rates and sums are over. */
const EPOCHS = 30;

export default function Devices() {
  return (
    <>
      <PageHead
        title="Devices"
        note="How each device is, what became of its proofs, and what it earned."
        actions={
          <ScreenLink to="/onboard" className={buttonClass('primary')}>
            Onboard a device
          </ScreenLink>
        }
      />
      <NeedOperator what="its devices">{(operator) => <OfOperator operator={operator} />}</NeedOperator>
    </>
  );
}

function OfOperator({ operator }: { operator: Address }) {
  const query = useOperatorDevices(operator, EPOCHS);
  const newest = useOperatorDevices(operator, 1);
  return (
    <Query query={query} lines={10} label="Loading the devices">
      {(list) =>
        list.devices.length === 0 ? (
          <Card>
            <Empty
              title="No devices earn for this wallet yet"
              action={
                <ScreenLink to="/onboard" className={buttonClass('primary')}>
                  Onboard a device
                </ScreenLink>
              }
            >
              A device is listed here once it is onboarded with this wallet as its operator. If you hold the device’s NFT in another wallet, look
              at the wallet that it earns for.
            </Empty>
          </Card>
        ) : (
          <List list={list} newest={newest.data} />
        )
      }
    </Query>
  );
}

function List({ list, newest }: { list: DeviceList; newest: DeviceList | undefined }) {
  const unit = useRewardUnit();
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  const setFilter = (next: Filter) =>
    setSearch((before) => writeFilter(before, next), { replace: true, preventScrollReset: true });
  const all = useMemo(() => withLastShare(list.devices, newest), [list.devices, newest]);
  const shown = useMemo(() => filtered(all, filter), [all, filter]);
  const count = shown.length === all.length ? `${all.length}` : `${shown.length} of ${all.length}`;
  return (
    <Card
      title="All devices"
      note={
        <span role="status">
          {count} {all.length === 1 ? 'device' : 'devices'}
          {isFiltered(filter) && ', filtered'}. Sums and file are of what is listed; amounts are cut to three decimals here, and whole in the file.
        </span>
      }
      actions={
        <Button
          disabled={unit === null || shown.length === 0}
          onClick={() => unit && download(`devices-${list.operator}.csv`, devicesCsv(shown, unit.decimals))}
        >
          Download as CSV
        </Button>
      }
    >
      <Filters filter={filter} onChange={setFilter} />
      {!unit ? (
        <Loading lines={8} label="Loading the token’s decimals" />
      ) : shown.length === 0 ? (
        <Empty title="No device is like that" action={<Button onClick={() => setFilter(NO_FILTER)}>Show all devices</Button>}>
          The filter lets none of {all.length} through.
        </Empty>
      ) : (
        <DeviceTable devices={shown} unit={unit} epochs={list.epochs} newestEpoch={newest?.newest_epoch ?? list.newest_epoch} />
      )}
    </Card>
  );
}
