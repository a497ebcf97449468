// A device: how it is, what it earned and why, and that the chain has it so.
import { isAddress, type Address as Key } from '@solana/kit';
import { useParams, useSearchParams } from 'react-router';
import { useDevice, useExplanation } from '../../api/queries';
import type { DeviceView } from '../../api/types';
import { useRewardUnit, type Unit } from '../../chain/queries';
import { short } from '../../lib/address';
import { acceptancePpm } from '../../lib/devices';
import { CairnError, sentence } from '../../lib/errors';
import { attentionLabel, severityOf } from '../../lib/health';
import { reasonOf } from '../../lib/verdict-reasons';
import { Address, Ago, Amount, Badge, Card, CategoryMark, Explain, Failed, Loading, PageHead, Percent, Query, ScreenLink, Stat } from '../../ui';
import { HolderActions } from '../onboard/holder-actions';
import { EpochTable } from './epoch-table';
import { Facts } from './facts';
import { StatusBadge } from './marks';
import { Paystub } from './paystub';
import { Place } from './place';
import { Proofs } from './proofs';
import { Verification } from './verification';

/** Closed epochs that rates and sums are over. */
const EPOCHS = 30;

export default function Device() {
  const { device = '' } = useParams();
  if (isAddress(device)) return <Known key={device} address={device} />;
  return (
    <>
      <PageHead title="Device" />
      <Failed title="There is no such device" error={new CairnError('device_unknown', `\`${device}\` is not the address of a device`, 'choose a device on the Devices screen')} />
      <BackLink />
    </>
  );
}

const BackLink = () => (
  <p className="mt-3">
    <ScreenLink to="/devices">All devices</ScreenLink>
  </p>
);

function Known({ address }: { address: Key }) {
  const query = useDevice(address, EPOCHS);
  const row = query.data?.device;
  return (
    <>
      <nav aria-label="Way back" className="mb-1 text-sm">
        <ScreenLink to="/devices">← All devices</ScreenLink>
      </nav>
      <PageHead
        title={`Device ${row?.serial ?? short(address)}`}
        note={
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
            {row && <StatusBadge status={row.status} />}
            {row && (
              <span>
                <CategoryMark category={row.category} />, class {row.class}
              </span>
            )}
            <Address address={address} letters={6} label="device" />
          </span>
        }
      />
      <Query query={query} lines={12} label="Loading the device">
        {(view) => <Body address={address} view={view} />}
      </Query>
    </>
  );
}

/** The epoch that is shown: the address bar's, or the newest that closed. */
function useChosenEpoch(view: DeviceView) {
  const [search, setSearch] = useSearchParams();
  const text = search.get('epoch');
  const wanted = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  return {
    epoch: wanted ?? view.epochs[0]?.epoch ?? null,
    choose: (epoch: number) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          next.set('epoch', epoch.toString());
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
  };
}

function Body({ address, view }: { address: Key; view: DeviceView }) {
  const unit = useRewardUnit();
  const { epoch, choose } = useChosenEpoch(view);
  const query = useExplanation(address, epoch);
  const found = query.data;
  const row = view.epochs.find((one) => one.epoch === epoch);
  if (!unit) return <Loading lines={8} label="Loading the token’s decimals" />;
  return (
    <div className="space-y-4">
      <Attention view={view} />
      <Figures view={view} unit={unit} />
      {/* One below the other on a phone, where the holder's card comes last. */}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="min-w-0 max-lg:contents lg:space-y-4">
          <Paystub epochs={view.epochs} epoch={epoch} choose={choose} unit={unit} query={query} />
          <div className="max-lg:order-last">
            <HolderActions device={address} />
          </div>
        </div>
        <div className="min-w-0 max-lg:contents lg:space-y-4">
          {found && <Verification device={address} found={found} row={row} choose={choose} unit={unit} />}
          <Facts device={address} row={view.device} />
        </div>
      </div>
      {found && (
        <Card title={`Proofs of epoch ${found.epoch}`} note="Each proof that the oracle judged, by when it was captured.">
          <Proofs key={found.epoch} proofs={found.proofs} />
        </Card>
      )}
      <Place row={view.device} />
      <EpochTable view={view} epoch={epoch} choose={choose} unit={unit} />
    </div>
  );
}

function Attention({ view: { device } }: { view: DeviceView }) {
  if (device.attention.length === 0) return null;
  return (
    <Card title="What needs attention">
      <ul className="divide-y divide-line">
        {device.attention.map(({ code, message, hint }) => (
          <li key={code} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
            <Badge tone={severityOf(code)}>{attentionLabel(code)}</Badge>
            <span className="min-w-0">
              {sentence(message)}. {code === 'refused' && device.top_refusal && `${reasonOf(device.top_refusal.reason)?.meaning ?? ''} `}
              <span className="text-muted">{sentence(hint)}.</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Figures({ view: { device }, unit }: { view: DeviceView; unit: Unit }) {
  const judged = device.accepted + device.refused;
  const refusal = device.top_refusal;
  return (
    <Card>
      <div className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-5">
        <Stat label="Last proof" note={device.last_refusal && <>last refused <Ago atS={Math.floor(device.last_refusal.at_ms / 1000)} /></>}>
          <Ago atS={device.last_proof_ms === null ? null : Math.floor(device.last_proof_ms / 1000)} />
        </Stat>
        <Stat
          label={
            <>
              Accepted <Explain label="accepted">Accepted ÷ (accepted + refused) of the proofs judged in the last {EPOCHS} closed epochs, rounded down.</Explain>
            </>
          }
          note={
            <>
              {device.accepted.toLocaleString('en')} of {judged.toLocaleString('en')}
              {refusal && <>; most often: {reasonOf(refusal.reason)?.meaning ?? refusal.reason}</>}
            </>
          }
        >
          <Percent ppm={acceptancePpm(device)} />
        </Stat>
        <Stat
          label={
            <>
              Quality <Explain label="quality">Product of its own factors in the newest epoch that judged it; the paystub below shows each.</Explain>
            </>
          }
        >
          <Percent ppm={device.quality_ppm} max={2} />
        </Stat>
        <Stat
          label={
            <>
              Earned in {EPOCHS} epochs <Explain label="earned">Sum of its shares of the last {EPOCHS} closed epochs, for the operator that it earns for.</Explain>
            </>
          }
        >
          <Amount amount={device.share} decimals={unit.decimals} max={4} symbol={unit.symbol} />
        </Stat>
        <Stat
          label={
            <>
              Lifetime <Explain label="lifetime">All that it ever earned for this operator, through the newest closed epoch.</Explain>
            </>
          }
        >
          <Amount amount={device.lifetime_total} decimals={unit.decimals} max={4} symbol={unit.symbol} />
        </Stat>
      </div>
    </Card>
  );
}
