// Retiring a device, in two steps, with the rent that comes back.
import type { Address as Key } from '@solana/kit';
import { useState } from 'react';
import { get, KINDS, type Found } from '../../chain/accounts';
import { chainClock } from '../../chain/onboard';
import { cancelRetirement, holds, refundOf, requestRetirement, retireDevice, returned, type Refund } from '../../chain/retire';
import { useChainQuery } from '../../chain/queries';
import type { Receipt } from '../../chain/send';
import type { Device } from '../../generated/registry/accounts';
import { formatSol } from '../../lib/amount';
import { unpadded } from '../../lib/bytes';
import { retirementOf } from '../../lib/onboarding-terms';
import { duration, nowS } from '../../lib/time';
import { useApp, useNow } from '../../state';
import { Address, Button, buttonClass, Card, CannotSign, Countdown, Empty, Explain, Notice, NeedOperator, Query, ScreenLink, Stepper, TxReceipt } from '../../ui';
import { ActionDialog } from '../stake/action-dialog';
import { useWallet } from '../../wallet/wallet';

type Facts = { device: Found<Device>; settleSeconds: number; clockOffsetS: number; isHolder: boolean; refund: Refund };

function useFacts(device: Key, operator: Key) {
  return useChainQuery(['retire', device, operator], async (chain): Promise<Facts> => {
    const found = await get(chain, KINDS.device, device);
    const [network, clock, isHolder, refund] = await Promise.all([
      get(chain, KINDS.network, found.data.network),
      chainClock(chain),
      holds(chain, operator, device),
      refundOf(chain, operator, device),
    ]);
    return { device: found, settleSeconds: network.data.settleSeconds, clockOffsetS: clock.atS - nowS(), isHolder, refund };
  });
}

export function RetireScreen({ device }: { device: Key }) {
  return <NeedOperator what="how this device is retired">{(operator) => <Retire key={operator} device={device} operator={operator} />}</NeedOperator>;
}

function Retire({ device, operator }: { device: Key; operator: Key }) {
  const facts = useFacts(device, operator);
  const [retired, setRetired] = useState<{ receipt: Receipt; refund: bigint; serial: string } | null>(null);
  if (retired) return <Retired {...retired} />;
  return (
    <Query query={facts} lines={6} label="Reading the device">
      {(data) => <Steps facts={data} operator={operator} onRetired={setRetired} />}
    </Query>
  );
}

type Kind = 'request' | 'cancel' | 'retire';

function Steps({ facts, operator, onRetired }: { facts: Facts; operator: Key; onRetired: (done: { receipt: Receipt; refund: bigint; serial: string }) => void }) {
  const { explorer } = useApp();
  const [open, setOpen] = useState<Kind | null>(null);
  const { device, settleSeconds, clockOffsetS, isHolder, refund } = facts;
  const serial = unpadded(device.data.serial);
  const now = useNow() + clockOffsetS;
  const retirement = retirementOf(device.data, settleSeconds, now);
  const at = retirement.state === 'none' ? 0 : retirement.state === 'settling' ? 1 : 2;
  return (
    <Card title={`Retire ${serial}`} note="In two steps, so that oracles still see it when they close the epoch that it worked in.">
      <div className="space-y-4">
        <Stepper label="Steps of retiring" steps={['Ask for retirement', 'Wait', 'Retire']} current={at} />
        <p className="text-sm">
          Device <Address address={device.address} letters={6} href={explorer('address', device.address)} label="device" />
        </p>
        {!isHolder && (
          <Notice tone="warn" title="This wallet does not hold the device’s NFT">
            Whoever holds the NFT <Address address={device.data.mint} label="NFT" /> retires the device, and gets its rent.
          </Notice>
        )}
        <RefundTable refund={refund} isHolder={isHolder} />
        {retirement.state === 'none' && (
          <>
            <p className="max-w-prose text-sm">
              From the moment that you ask for it, the device earns nothing. It can be retired once the settlement period after the one of
              your request is over, in at most {duration(2 * settleSeconds)}. Until then you can take it back.
            </p>
            <Button kind="danger" disabled={!isHolder} onClick={() => setOpen('request')}>
              Ask for retirement
            </Button>
          </>
        )}
        {retirement.state === 'settling' && (
          <Notice tone="warn" title="Retirement is asked for">
            It can be retired in <Countdown untilS={retirement.readyAtS - clockOffsetS} />.{' '}
            <Explain label="the wait">
              (⌊time of the request ÷ {settleSeconds} s⌋ + 2) × {settleSeconds} s, by the chain’s clock: the settlement period after the
              request’s own is over then.
            </Explain>
          </Notice>
        )}
        {retirement.state === 'ready' && (
          <Notice tone="good" live title="It can be retired now">
            Its NFT is burned, its accounts are closed, and every lamport of them goes to your wallet. The key may join again later.
          </Notice>
        )}
        {retirement.state !== 'none' && (
          <div className="flex flex-wrap gap-2">
            <Button kind="danger" disabled={!isHolder || retirement.state !== 'ready'} onClick={() => setOpen('retire')}>
              Retire the device
            </Button>
            <Button disabled={!isHolder} onClick={() => setOpen('cancel')}>
              Take the request back
            </Button>
          </div>
        )}
        <CannotSign />
      </div>
      {open && <RetireDialog kind={open} device={device} refund={refund} operator={operator} onClose={() => setOpen(null)} onRetired={(receipt) => onRetired({ receipt, refund: returned(receipt, operator), serial })} />}
    </Card>
  );
}

function RefundTable({ refund, isHolder }: { refund: Refund; isHolder: boolean }) {
  const rows: [string, bigint][] = [
    ['Device’s account', refund.device],
    ['NFT’s mint', refund.mint],
    ...(isHolder ? ([['NFT’s token account', refund.token]] as [string, bigint][]) : []),
  ];
  return (
    <table className="w-full max-w-md text-sm">
      <caption className="pb-1 text-left font-medium">Rent that comes back</caption>
      <tbody>
        {rows.map(([what, lamports]) => (
          <tr key={what} className="border-b border-line">
            <th scope="row" className="py-1.5 text-left font-normal">
              {what}
            </th>
            <td className="py-1.5 text-right">{formatSol(lamports)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" className="py-1.5 text-left font-semibold">
            In all
          </th>
          <td className="py-1.5 text-right font-semibold" data-testid="refund-expected" data-lamports={refund.total.toString()}>
            {formatSol(refund.total)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

const TEXT: Record<Kind, { title: string; submit: string; what: string; done: string }> = {
  request: {
    title: 'Ask for retirement',
    submit: 'Ask for retirement now',
    what: 'The device earns nothing from now on. You can take this back until it is retired.',
    done: 'Retirement is asked for. Come back when the wait is over.',
  },
  cancel: {
    title: 'Take the request back',
    submit: 'Take it back',
    what: 'The device earns again, from the next settlement period on.',
    done: 'The request is taken back: the device stays.',
  },
  retire: {
    title: 'Retire the device',
    submit: 'Retire it for good',
    what: 'Its NFT is burned and its accounts are closed. What it earned stays yours.',
    done: 'The device is retired.',
  },
};

function RetireDialog(props: { kind: Kind; device: Found<Device>; refund: Refund; operator: Key; onClose: () => void; onRetired: (receipt: Receipt) => void }) {
  const { kind, device, refund } = props;
  const { signer } = useWallet();
  const text = TEXT[kind];
  const { network } = device.data;
  return (
    <ActionDialog
      open
      onClose={props.onClose}
      title={text.title}
      submit={text.submit}
      danger={kind !== 'cancel'}
      build={async () => {
        if (!signer) return [];
        const build = { request: requestRetirement, cancel: cancelRetirement }[kind as 'request' | 'cancel'];
        const instructions = async () => [kind === 'retire' ? await retireDevice(signer, device) : await build(signer, network, device.address)];
        return [{ title: text.title, instructions }];
      }}
      done={() => text.done}
      onDone={([receipt]) => {
        if (kind === 'retire' && receipt) props.onRetired(receipt);
      }}
    >
      <p>{text.what}</p>
      {kind === 'retire' && <p>{formatSol(refund.total)} of rent come back to your wallet.</p>}
    </ActionDialog>
  );
}

function Retired({ receipt, refund, serial }: { receipt: Receipt; refund: bigint; serial: string }) {
  return (
    <Card title={`${serial} is retired`}>
      <div className="space-y-4">
        <TxReceipt receipt={receipt}>
          <span data-testid="refund-received" data-lamports={refund.toString()}>
            {formatSol(refund)} of rent came back to your wallet, before the transaction’s fee.
          </span>
        </TxReceipt>
        <ScreenLink to="/devices" className={buttonClass('primary')}>
          Your devices
        </ScreenLink>
        {refund === 0n && <Empty title="No rent came back">The accounts held none.</Empty>}
      </div>
    </Card>
  );
}
