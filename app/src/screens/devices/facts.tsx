// What the registry says of a device: for whom it earns, who holds and made it, and its licence.
import type { Address as Key } from '@solana/kit';
import type { ReactNode } from 'react';
import type { DeviceRow } from '../../api/types';
import { deviceFacts, type DeviceFacts } from '../../chain/holder';
import { useChainQuery } from '../../chain/queries';
import { unpadded } from '../../lib/bytes';
import { CairnError } from '../../lib/errors';
import { useApp } from '../../state';
import { Address, Ago, Badge, Card, Query } from '../../ui';

export function Facts({ device, row }: { device: Key; row: DeviceRow }) {
  const query = useChainQuery(['device-facts', device], (chain) => deviceFacts(chain, device));
  return (
    <Card title="On chain" note="Read from the registry by this page itself.">
      <Query query={query} lines={6} label="Reading the registry">
        {(facts) => <List facts={facts} row={row} />}
      </Query>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </>
  );
}

function List({ facts, row }: { facts: DeviceFacts; row: DeviceRow }) {
  const { explorer } = useApp();
  const { device, maker, license, holder } = facts;
  const link = (address: string, label: string) => <Address address={address} href={explorer('address', address)} label={label} />;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5 text-sm">
      <Fact name="Operator">{link(device.data.operator, 'operator')}</Fact>
      <Fact name="Owner">
        {holder instanceof CairnError ? (
          <span className="text-muted">
            the node does not say (<code>{holder.code}</code>)
          </span>
        ) : holder === null ? (
          <span className="text-muted">nobody holds its NFT</span>
        ) : (
          link(holder, 'owner')
        )}
      </Fact>
      <Fact name="Maker">
        {link(device.data.maker, 'maker')}
        {maker?.data.revoked === 1 && (
          <>
            {' '}
            <Badge tone="warn">Revoked</Badge>
          </>
        )}
      </Fact>
      <Fact name="NFT">{link(device.data.mint, 'NFT')}</Fact>
      <Fact name="Serial">
        <span className="font-mono text-[0.92em] break-all">{unpadded(device.data.serial) || '–'}</span>
      </Fact>
      <Fact name="Signs with">{device.data.scheme === 0 ? 'Ed25519' : 'P-256'}</Fact>
      <Fact name="Joined">
        <Ago atS={Number(device.data.onboardedAt)} />
      </Fact>
      <Fact name="Licence">
        {license ? (
          <span className="inline-flex flex-col items-end">
            <span>
              {unpadded(license.data.region)} {unpadded(license.data.bandPlan)} {link(license.address, 'licence')}
            </span>
            <span className="text-muted">
              {license.data.revokedAt !== 0n ? 'revoked ' : row.license_until_s !== null && row.license_until_s * 1000 < Date.now() ? 'expired ' : 'expires '}
              <Ago atS={Number(license.data.revokedAt !== 0n ? license.data.revokedAt : license.data.expiresAt)} />
            </span>
          </span>
        ) : (
          <span className="text-muted">none</span>
        )}
      </Fact>
    </dl>
  );
}
