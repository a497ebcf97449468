// Step 5: what joining costs and changes, checked; then sent.
import { useState } from 'react';
import { joinCost, joiningDevice, onboardDevice, treasuryOf, type Joining } from '../../chain/onboard';
import { useChainQuery, useLamports } from '../../chain/queries';
import { readStaking } from '../../chain/stake-read';
import { LAMPORTS_PER_SIGNATURE, simulate, type Receipt } from '../../chain/send';
import { format, formatSol, formatSolUp } from '../../lib/amount';
import { cellOf, cellText } from '../../lib/cells-pick';
import { asCairnError, CairnError } from '../../lib/errors';
import type { Response } from '../../lib/onboarding';
import { classTermsAt } from '../../lib/onboarding-terms';
import { coverage } from '../../lib/stake';
import { useApp } from '../../state';
import { Address, Button, buttonClass, Card, CannotSign, Explain, Failed, Loading, Notice, ScreenLink, TxProgress, TxReceipt, useCannotSign, useTransactions } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { forgetStored } from './draft';
import type { ClassStepProps } from './ground';
import { positionOf } from './location-fields';
import { Validity } from './request-step';
import { useChecked } from './response-step';

export function JoinStep(props: ClassStepProps) {
  const { owner, deviceClass, draft, change } = props;
  const checked = useChecked(draft.response, owner, deviceClass);
  const [done, setDone] = useState<{ receipt: Receipt; device: string; serial: string } | null>(null);
  // While it is under way nothing takes its place: the chain soon says that the device exists.
  const [joining, setJoining] = useState<Response | null>(null);
  const response = joining ?? (checked.state === 'good' ? checked.response : null);
  if (done) return <Joined {...props} {...done} />;
  return (
    <Card title="Check and join">
      <div className="space-y-4">
        {draft.request && <Validity request={draft.request} />}
        {!response && checked.state === 'checking' && <Loading lines={3} label="Checking once more" />}
        {checked.state === 'none' && <Notice tone="warn">There is no answer of a device yet: go back and paste it.</Notice>}
        {!response && checked.state === 'bad' && (
          <>
            <Failed error={checked.error} title="The answer cannot be used any more" retry={checked.again} />
            <Button onClick={() => change({ step: 1, request: null, response: '' })}>Make a new request</Button>
          </>
        )}
        {response && (
          <Check
            {...props}
            response={response}
            onStart={setJoining}
            onDone={(joined) => {
              // A reload begins anew: this device is in.
              forgetStored();
              setDone(joined);
            }}
          />
        )}
        <div className="border-t border-line pt-4">
          <Button kind="quiet" onClick={() => change({ step: 3 })}>
            Back
          </Button>
        </div>
      </div>
    </Card>
  );
}

type CheckProps = ClassStepProps & { response: Response; onStart: (response: Response | null) => void; onDone: (done: { receipt: Receipt; device: string; serial: string }) => void };

function Check({ ground, deviceClass, nowS, draft, response, owner, onStart, onDone }: CheckProps) {
  const { network } = useApp();
  const { signer, address } = useWallet();
  const cannot = useCannotSign();
  const { run, start } = useTransactions();
  const [problem, setProblem] = useState<CairnError | null>(null);
  const terms = classTermsAt(deviceClass.data, nowS);
  const { position } = positionOf(draft.latitude, draft.longitude);
  const location = draft.noLocation || !position ? 0n : cellOf(position);
  const joining: Joining = { response, treasury: treasuryOf(ground.network, nowS), location, license: draft.license };
  const { serial } = response.certificate;
  const cost = useChainQuery(['join-cost', deviceClass.address, serial, terms.onboardingFeeLamports.toString()], (at) =>
    joinCost(at, ground.network.data, deviceClass.data, terms.onboardingFeeLamports, serial),
  );
  const balance = useLamports(address);
  const trial = useChainQuery(
    ['join-trial', response.device_key, response.slot, location.toString(), draft.license, address],
    async (at) => (signer ? (await simulate(at, signer, await onboardDevice(signer, joining))).units : null),
    { enabled: signer !== null && cannot === null && run.status === 'idle', staleTime: 10_000 },
  );
  // The signatures of the device and its maker are paid for too.
  const fees = 3n * LAMPORTS_PER_SIGNATURE;
  const total = cost.data ? cost.data.rent + cost.data.fee + fees : null;
  const short = total !== null && balance.data !== undefined && balance.data < total;
  const join = async () => {
    if (!signer) return;
    setProblem(null);
    onStart(response);
    try {
      const device = await joiningDevice(response);
      const receipts = await start([{ title: `Join with ${serial}`, instructions: () => onboardDevice(signer, joining) }]);
      const [receipt] = receipts ?? [];
      if (receipt) onDone({ receipt, device, serial });
      // What was refused stays on screen until somebody tries again.
    } catch (error) {
      setProblem(asCairnError(error));
    }
  };
  if (cost.error) return <Failed error={cost.error} retry={() => void cost.refetch()} title="What it costs is not known" />;
  if (!cost.data || total === null) return <Loading lines={4} label="Adding up what it costs" />;
  const rows: [string, string, string?][] = [
    ['Device’s account', formatSolUp(cost.data.device), 'rent'],
    ['NFT’s mint, with its metadata', formatSolUp(cost.data.mint), 'rent'],
    ['Token account of the owner', formatSolUp(cost.data.token), 'rent'],
    ['Fee of the network', formatSolUp(cost.data.fee)],
    ['Fee of the transaction', formatSolUp(fees)],
  ];
  return (
    <div className="space-y-4">
      <table className="w-full max-w-lg text-sm">
        <caption className="sr-only">What joining costs</caption>
        <tbody>
          {rows.map(([what, amount, kind]) => (
            <tr key={what} className="border-b border-line">
              <th scope="row" className="py-1.5 text-left font-normal">
                {what} {kind && <span className="text-muted">({kind})</span>}
              </th>
              <td className="py-1.5 text-right">{amount}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="py-1.5 text-left font-semibold">
              In all{' '}
              <Explain label="the cost">
                The rent comes back when the device is retired: every lamport of the three accounts. Fees do not. Amounts asked for are rounded up.
              </Explain>
            </th>
            <td className="py-1.5 text-right font-semibold">{formatSolUp(total)}</td>
          </tr>
        </tbody>
      </table>
      <p className="text-sm">
        {address ? <>Your wallet pays. It has {balance.data === undefined ? '…' : formatSol(balance.data, 6)}. </> : null}
        The device {serial} gets class {deviceClass.data.index}, {location === 0n ? 'no location' : `the location ${cellText(location)}`} and{' '}
        {draft.license ? 'a licence' : 'no licence'}. The wallet that gets its NFT also becomes its operator: <Address address={owner} label="owner" />
      </p>
      <AfterBond owner={owner} network={network} index={deviceClass.data.index} perDevice={terms.bond} />
      {short && balance.data !== undefined && (
        <Notice tone="bad" title="Not enough SOL">
          Send at least {formatSolUp(total - balance.data)} to the wallet first.
        </Notice>
      )}
      <CannotSign />
      {trial.isFetching && !trial.data && <p className="text-sm text-muted">Trying it without sending…</p>}
      {trial.error && run.status === 'idle' && <Failed error={trial.error} title="It would be refused" retry={() => void trial.refetch()} />}
      {trial.data != null && run.status === 'idle' && <p className="text-sm text-good">Tried without sending: the network would take it.</p>}
      {problem && <Failed error={problem} />}
      <TxProgress run={run} />
      <Button kind="primary" size="large" busy={run.status === 'running'} disabled={cannot !== null || short} onClick={() => void join()}>
        Join the network
      </Button>
    </div>
  );
}

/** Whether the owner's bond covers one more device. */
function AfterBond(props: { owner: ClassStepProps['owner']; network: ClassStepProps['owner']; index: number; perDevice: bigint }) {
  const { owner, network, index, perDevice } = props;
  const staking = useChainQuery(['staking', network, owner], (chain) => readStaking(chain, network, owner), { enabled: perDevice > 0n });
  if (perDevice === 0n) return <p className="text-sm text-muted">This class asks for no bond.</p>;
  if (!staking.data) return null;
  const { decimals, bonds, devices } = staking.data;
  const bonded = bonds.find(({ data }) => data.role === 0 && data.class === index)?.data.amount ?? 0n;
  const active = devices.filter(({ data }) => data.class === index && data.status === 0).length;
  const after = coverage(bonded, perDevice, active + 1);
  if (after.covered) return <p className="text-sm">Your bond of {format(bonded, decimals)} tokens covers this device too.</p>;
  return (
    <Notice tone="warn" title={`After joining, ${format(after.missing, decimals)} tokens of bond are missing`}>
      {active + 1} devices need {format(after.required, decimals)}, and {format(bonded, decimals)} are bonded. The device joins all the same, and earns once the bond covers it.
    </Notice>
  );
}

function Joined({ receipt, device, serial, forget, draft, deviceClass, nowS }: ClassStepProps & { receipt: Receipt; device: string; serial: string }) {
  const terms = classTermsAt(deviceClass.data, nowS);
  const needsPlace = draft.noLocation;
  return (
    <Card title="Your device has joined">
      <div className="space-y-4">
        <TxReceipt receipt={receipt}>Device {serial} joined the network.</TxReceipt>
        <p className="text-sm">
          Device <Address address={device} letters={6} label="device" />
        </p>
        <h3 className="text-base">What to do next</h3>
        <ul className="list-disc space-y-1 pl-5 text-sm">
          {terms.bond > 0n && (
            <li>
              <ScreenLink to="/stake">See whether your bond covers it</ScreenLink>, and bond more if not.
            </li>
          )}
          {needsPlace && <li>Assert its location on its page: without one it may earn nothing.</li>}
          <li>It earns for your wallet. To let another wallet earn, set the operator on its page.</li>
          <li>Switch it on: it shows up with its first proof, and its first earnings when the epoch is finalized.</li>
        </ul>
        <div className="flex flex-wrap gap-2">
          <ScreenLink to={`/devices/${device}`} className={buttonClass('primary')} onClick={forget}>
            Open the device’s page
          </ScreenLink>
          <Button onClick={forget}>Onboard another</Button>
        </div>
      </div>
    </Card>
  );
}
