// Everything about one device: what it earned and why, proof by proof, checked against the chain.
import { isAddress, type Address as Key } from '@solana/kit';
import { useMemo } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useDevice, useExplanation } from '../../api/queries';
import type { DeviceEpoch, DeviceRow, DeviceView } from '../../api/types';
import { useChainDevice, useRewardUnit, type Unit } from '../../chain/queries';
import { short } from '../../lib/address';
import { acceptancePpm } from '../../lib/devices';
import { CairnError, sentence } from '../../lib/errors';
import { attentionLabel, severityOf } from '../../lib/health';
import { exact } from '../../lib/time';
import { useApp } from '../../state';
import {
  Address,
  Ago,
  Amount,
  Badge,
  Card,
  CategoryMark,
  Empty,
  Explain,
  Failed,
  Loading,
  PageHead,
  Percent,
  Query,
  ScreenLink,
  Select,
  Stat,
  Tooltip,
} from '../../ui';
import { HolderActions } from '../onboard/holder-actions';
import { EpochsTable } from './epochs-table';
import { PaystubCard } from './paystub-card';
import { Place } from './place';
import { ProofsCard } from './proofs-card';
import { StatusBadge } from './status';
import { VerificationCard } from './verification-card';

/** Epochs that the page looks back over. */
const EPOCHS = 90;

export default function Device() {
  const { device = '' } = useParams();
  if (!isAddress(device)) {
    return (
      <>
        <PageHead title="Device" />
        <Failed
          title="This is no device’s address"
          error={new CairnError('address_invalid', `\`${device}\` is no address: an address is 32 bytes in base58`, 'open the device from the list of devices')}
        />
      </>
    );
  }
  return <OfDevice device={device} />;
}

function OfDevice({ device }: { device: Key }) {
  const query = useDevice(device, EPOCHS);
  const unit = useRewardUnit();
  const row = query.data?.device;
  return (
    <>
      <PageHead
        title={row?.serial ?? `Device ${short(device)}`}
        note={
          <ScreenLink to="/devices" className="link">
            All devices
          </ScreenLink>
        }
      />
      <Query query={query} lines={10} label="Reading the device">
        {(view) => (unit ? <Screen view={view} unit={unit} /> : <Loading lines={10} />)}
      </Query>
    </>
  );
}

function Screen({ view, unit }: { view: DeviceView; unit: Unit }) {
  const { device, epochs } = view;
  return (
    <div className="space-y-4">
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Facts device={device} unit={unit} />
        <Place cell={device.cell} category={device.category} />
      </div>
      {device.attention.length > 0 && <Matter device={device} />}
      {epochs.length === 0 ? (
        <Card title="Paystub">
          <Empty title="No epoch was judged with this device yet">The first paystub is here when the epoch that it joined in has closed.</Empty>
        </Card>
      ) : (
        <Paystubs device={device} epochs={epochs} unit={unit} />
      )}
      <HolderActions device={device.device as Key} />
    </div>
  );
}

function Facts({ device, unit }: { device: DeviceRow; unit: Unit }) {
  const { explorer } = useApp();
  const chain = useChainDevice(device.device as Key);
  const accepted = acceptancePpm(device);
  return (
    <Card
      title="At a glance"
      actions={
        <span className="inline-flex items-center gap-3">
          <span className="text-sm">
            <CategoryMark category={device.category} /> <span className="text-muted">class {device.class}</span>
          </span>
          <StatusBadge status={device.status} />
        </span>
      }
    >
      <div className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3">
        <Stat
          label={
            <>
              Earned in {EPOCHS} epochs <Explain label="earned">Sum of the device’s shares in the last {EPOCHS} closed epochs that are its operator’s, claimed or not.</Explain>
            </>
          }
        >
          <Amount amount={device.share} {...unit} />
        </Stat>
        <Stat
          label={
            <>
              Lifetime <Explain label="lifetime">What the device ever earned for its present operator, by the newest closed epoch. It is in the device’s leaf.</Explain>
            </>
          }
        >
          <Amount amount={device.lifetime_total} {...unit} />
        </Stat>
        <Stat label="Last proof">
          <Ago atS={device.last_proof_ms === null ? null : Math.floor(device.last_proof_ms / 1_000)} />
        </Stat>
        <Stat
          label={
            <>
              Accepted <Explain label="accepted">Accepted proofs ÷ all proofs that were judged in the last {EPOCHS} closed epochs, rounded down.</Explain>
            </>
          }
          note={`${device.accepted.toLocaleString()} of ${(device.accepted + device.refused).toLocaleString()} proofs`}
        >
          <Percent ppm={accepted} />
        </Stat>
        <Stat
          label={
            <>
              Quality <Explain label="quality">The device’s own factors multiplied, in the newest epoch that judged it: uptime, reputation, licence, bond and the like.</Explain>
            </>
          }
        >
          <Percent ppm={device.quality_ppm} />
        </Stat>
        <Stat
          label={
            <>
              Density <Explain label="density">Where more devices stand than a cell’s limit, each earns limit ÷ devices of its points.</Explain>
            </>
          }
        >
          <Percent ppm={device.density_ppm} />
        </Stat>
      </div>
      <dl className="mt-5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-t border-line pt-4 text-sm">
        <Fact name="Address">
          <Address address={device.device} label="device" letters={8} href={explorer('address', device.device)} />
        </Fact>
        <Fact name="Operator">
          <Address address={device.operator} label="operator" letters={8} href={explorer('address', device.operator)} />
        </Fact>
        {chain.data && (
          <>
            <Fact name="NFT">
              <Address address={chain.data.data.mint} label="NFT" letters={8} href={explorer('address', chain.data.data.mint)} />
            </Fact>
            <Fact name="Maker">
              <Address address={chain.data.data.maker} label="maker" letters={8} href={explorer('address', chain.data.data.maker)} />
            </Fact>
            <Fact name="Joined">
              <Tooltip content={exact(Number(chain.data.data.onboardedAt))}>
                <span>{new Date(Number(chain.data.data.onboardedAt) * 1_000).toLocaleDateString()}</span>
              </Tooltip>
            </Fact>
          </>
        )}
        <Fact name="Licence">
          {device.license === null ? (
            'none'
          ) : (
            <span className="inline-flex flex-wrap items-baseline gap-x-2">
              <Address address={device.license} label="licence" href={explorer('address', device.license)} />
              {device.license_until_s !== null && <span className="text-muted">until {exact(device.license_until_s)}</span>}
            </span>
          )}
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Matter({ device }: { device: DeviceRow }) {
  return (
    <Card title="What is the matter">
      <ul className="divide-y divide-line">
        {device.attention.map(({ code, message, hint }) => (
          <li key={code} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2 text-sm">
            <Badge tone={severityOf(code)}>{attentionLabel(code)}</Badge>
            <span className="min-w-0 flex-1">
              {sentence(message)}. <span className="text-muted">{sentence(hint)}.</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The paystub of the epoch that the address bar names, or of the newest one. */
function Paystubs({ device, epochs, unit }: { device: DeviceRow; epochs: readonly DeviceEpoch[]; unit: Unit }) {
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get('epoch') ?? NaN);
  const epoch = Number.isSafeInteger(asked) && asked >= 0 ? asked : (epochs[0]?.epoch ?? 0);
  const choose = (next: number) =>
    setSearch(
      (before) => {
        const search = new URLSearchParams(before);
        search.set('epoch', next.toString());
        return search;
      },
      { replace: true, preventScrollReset: true },
    );
  const options = useMemo(() => {
    const all = epochs.map((one) => one.epoch);
    return (all.includes(epoch) ? all : [epoch, ...all]).map((one) => ({ value: one.toString(), label: `Epoch ${one}` }));
  }, [epochs, epoch]);
  const query = useExplanation(device.device, epoch);
  return (
    <>
      <Card title="Epochs" note="What it earned in each closed epoch, newest first. The number opens its paystub below.">
        <EpochsTable epochs={epochs} unit={unit} chosen={epoch} onChoose={choose} operator={device.operator} />
      </Card>
      <Card
        title={`Paystub of epoch ${epoch}`}
        note="From the proofs to the tokens. Every figure follows from those before it, and this page computed each of them again."
        actions={<Select compact label="Epoch of the paystub" value={epoch.toString()} options={options} onChange={(value) => choose(Number(value))} />}
      >
        <Query query={query} lines={8} label="Reading the paystub">
          {(found) => <PaystubCard found={found} unit={unit} />}
        </Query>
      </Card>
      {query.data && (
        <>
          <ProofsCard found={query.data} />
          <VerificationCard key={`${device.device}${epoch}`} found={query.data} unit={unit} />
        </>
      )}
    </>
  );
}
