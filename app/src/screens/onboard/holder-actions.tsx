// What the holder of a device's NFT may do, for the device's page: operator, location, licence, retirement.
import { isAddress, type Address as Key } from '@solana/kit';
import { useState } from 'react';
import { find, get, KINDS, type Found } from '../../chain/accounts';
import { chainClock, treasuryOf } from '../../chain/onboard';
import { classOf } from '../../chain/pda';
import { useChainQuery } from '../../chain/queries';
import { assertLocation, holds, setLicense, setOperator } from '../../chain/retire';
import type { Device, DeviceClass, Network } from '../../generated/registry/accounts';
import { formatSolUp } from '../../lib/amount';
import { cellCentre, cellOf, cellText } from '../../lib/cells-pick';
import { classTermsAt, licenseFreeAt, locationFreeAt, RETIRING } from '../../lib/onboarding-terms';
import { duration, nowS } from '../../lib/time';
import { useNow } from '../../state';
import { Button, buttonClass, Card, Countdown, Field, Notice, Query, ScreenLink } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { ActionDialog } from '../stake/action-dialog';
import { LicensePicker } from './license-picker';
import { LocationFields, positionOf } from './location-fields';

type Facts = { device: Found<Device>; network: Found<Network>; deviceClass: Found<DeviceClass> | null; clockOffsetS: number; isHolder: boolean };

function useFacts(device: Key, wallet: Key | null) {
  return useChainQuery(['holder', device, wallet], async (chain): Promise<Facts> => {
    const found = await get(chain, KINDS.device, device);
    const [network, deviceClass, clock, isHolder] = await Promise.all([
      get(chain, KINDS.network, found.data.network),
      find(chain, KINDS.deviceClass, await classOf(found.data.network, found.data.class)),
      chainClock(chain),
      wallet ? holds(chain, wallet, device) : false,
    ]);
    return { device: found, network, deviceClass, clockOffsetS: clock.atS - nowS(), isHolder };
  });
}

type Kind = 'operator' | 'location' | 'license';

/** A card of actions for the device's page; the actions are disabled for whoever does not hold the NFT. */
export function HolderActions({ device }: { device: Key }) {
  const { address } = useWallet();
  const facts = useFacts(device, address);
  return (
    <Card title="As the holder of its NFT" note="Whoever holds the device’s NFT decides for whom it earns, and where it stands.">
      <Query query={facts} lines={2} label="Reading who holds the device">
        {(data) => <Actions facts={data} wallet={address} />}
      </Query>
    </Card>
  );
}

function Actions({ facts, wallet }: { facts: Facts; wallet: Key | null }) {
  const [open, setOpen] = useState<Kind | null>(null);
  const { device, isHolder } = facts;
  const retiring = (device.data.status & RETIRING) !== 0;
  const close = () => setOpen(null);
  return (
    <div className="space-y-3">
      {!isHolder && <p className="text-sm text-muted">{wallet ? 'The connected wallet does not hold it.' : 'Connect the wallet that holds it.'}</p>}
      <div className="flex flex-wrap gap-2">
        <Button disabled={!isHolder} onClick={() => setOpen('operator')}>
          Set operator
        </Button>
        <Button disabled={!isHolder} onClick={() => setOpen('location')}>
          Assert location
        </Button>
        <Button disabled={!isHolder} onClick={() => setOpen('license')}>
          Set licence
        </Button>
        <ScreenLink to={`/onboard?retire=${device.address}`} className={buttonClass('danger')}>
          {retiring ? 'Go on retiring' : 'Retire'}
        </ScreenLink>
      </div>
      {open === 'operator' && <OperatorDialog facts={facts} onClose={close} />}
      {open === 'location' && <LocationDialog facts={facts} onClose={close} />}
      {open === 'license' && wallet && <LicenseDialog facts={facts} wallet={wallet} onClose={close} />}
    </div>
  );
}

type DialogProps = { facts: Facts; onClose: () => void };

function OperatorDialog({ facts, onClose }: DialogProps) {
  const { signer } = useWallet();
  const [text, setText] = useState('');
  const { device, network } = facts;
  const wanted = text.trim();
  const wrong = wanted !== '' && !isAddress(wanted);
  const same = wanted === device.data.operator;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Set operator"
      submit="Set the operator"
      blocked={wanted === '' || wrong ? 'Give the operator’s address.' : same ? 'It earns for this wallet already.' : null}
      build={async () => {
        if (!signer || !isAddress(wanted)) return [];
        return [{ title: 'Set the operator', instructions: async () => [await setOperator(signer, network.address, device.address, wanted)] }];
      }}
      done={() => `It earns for ${wanted} from the next settlement period on.`}
    >
      <Field label="Wallet that it is to earn for" value={text} onChange={setText} error={wrong ? 'That is no address: give 32 bytes in base58.' : null} hint={`Now: ${device.data.operator}`} />
      <p className="text-[0.8125rem] text-muted">
        Holds from the next settlement period on (every {duration(network.data.settleSeconds)}). The device needs the new operator’s bond.
        What it earned until then stays with the present one.
      </p>
    </ActionDialog>
  );
}

function LocationDialog({ facts, onClose }: DialogProps) {
  const { signer } = useWallet();
  const { device, network, deviceClass, clockOffsetS } = facts;
  const now = useNow() + clockOffsetS;
  const centre = cellCentre(device.data.location);
  const [at, setAt] = useState({ latitude: centre?.latitude.toFixed(7) ?? '', longitude: centre?.longitude.toFixed(7) ?? '' });
  const { position } = positionOf(at.latitude, at.longitude);
  if (!deviceClass) return null;
  const terms = classTermsAt(deviceClass.data, now);
  const free = locationFreeAt(device.data, terms.locationCooldownSeconds, network.data.settleSeconds, now);
  const location = position ? cellOf(position) : null;
  const blocked = free !== null ? `The location may change again in ${duration(free - now)}.` : location === null ? 'Give latitude and longitude.' : location === device.data.location ? 'It is in this cell already.' : null;
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Assert location"
      submit="Assert the location"
      blocked={blocked}
      lamports={terms.locationFeeLamports}
      build={async () => {
        if (!signer || location === null) return [];
        const spec = { network: network.address, treasury: treasuryOf(network, now), class: device.data.class, device: device.address, location };
        return [{ title: 'Assert the location', instructions: async () => [await assertLocation(signer, spec)] }];
      }}
      done={() => `It stands in cell ${location === null ? '' : cellText(location)} now.`}
    >
      <LocationFields {...at} onChange={(latitude, longitude) => setAt({ latitude, longitude })} />
      <p className="text-[0.8125rem] text-muted">
        Fee {terms.locationFeeLamports === 0n ? 'none' : formatSolUp(terms.locationFeeLamports)}. It may change again {duration(terms.locationCooldownSeconds)} later, and when the settlement period after this one is over.
      </p>
    </ActionDialog>
  );
}

function LicenseDialog({ facts, wallet, onClose }: DialogProps & { wallet: Key }) {
  const { signer } = useWallet();
  const { device, network, clockOffsetS } = facts;
  const now = useNow() + clockOffsetS;
  const [license, choose] = useState<Key | null>(null);
  const free = licenseFreeAt(device.data, network.data.settleSeconds, now);
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Set licence"
      submit="Set the licence"
      blocked={free !== null ? `The licence may change again in ${duration(free - now)}.` : license === null ? 'Choose a licence.' : null}
      build={async () => {
        if (!signer || license === null) return [];
        return [{ title: 'Set the licence', instructions: async () => [await setLicense(signer, network.address, device.address, license)] }];
      }}
      done={() => 'The device runs under the licence now.'}
    >
      {free !== null && (
        <Notice>
          Free in <Countdown untilS={free - clockOffsetS} />.
        </Notice>
      )}
      <LicensePicker holder={wallet} nowS={now} value={license} required except={device.data.license} onChange={choose} />
    </ActionDialog>
  );
}
