// What an epoch was computed from, and its leaves as a file.
import { useState } from 'react';
import type { EpochView, LeavesDocument } from '../../api/types';
import { useManifest, type Manifest } from '../../chain/network';
import { useRewardMint } from '../../chain/queries';
import { format, sum } from '../../lib/amount';
import { download, toCsv } from '../../lib/csv';
import { asCairnError, type CairnError } from '../../lib/errors';
import { useApp } from '../../state';
import { Address, Amount, Button, Card, Explain, Failed, Query } from '../../ui';
import { words } from './words';

export function Inputs({ view }: { view: EpochView }) {
  const query = useManifest(view.epoch);
  return (
    <Card
      title="Manifest"
      note="Commits to every input of the computation: whoever has the same inputs gets the same root."
      actions={<Leaves view={view} />}
    >
      <Query query={query} lines={6} label="Reading the manifest">
        {(manifest) => <Shown manifest={manifest} />}
      </Query>
    </Card>
  );
}

function Shown({ manifest }: { manifest: Manifest }) {
  const decimals = useRewardMint().data?.decimals;
  const { inputs } = manifest;
  const hashes: [string, string][] = [
    ['Root before', manifest.previous_root],
    ...Object.entries(inputs)
      .filter(([, value]) => typeof value === 'string')
      .map(([name, value]): [string, string] => [words(name), String(value)]),
  ];
  return (
    <>
      <dl className="mb-3 grid gap-x-8 gap-y-1.5 text-sm sm:grid-cols-2">
        <Line name="Rules’ version">{inputs.rules_version}</Line>
        <Line name="Credit price" formula="Credits × 10⁹ per smallest unit that the epoch’s usage was priced with.">
          {manifest.credit_price === null ? 'none' : manifest.credit_price.toLocaleString()}
        </Line>
        {decimals !== undefined && (
          <>
            <Line name="Sum before" formula="Root sum of the state that this epoch’s earnings were added to.">
              <Amount amount={manifest.previous_sum} decimals={decimals} symbol="tokens" />
            </Line>
            <Line name="Budget">
              <Amount amount={manifest.budget} decimals={decimals} symbol="tokens" />
            </Line>
          </>
        )}
        <Line name="Treasury">
          <Address address={manifest.treasury} />
        </Line>
      </dl>
      <dl className="grid gap-x-6 gap-y-1 border-t border-line pt-3 text-sm sm:grid-cols-[auto_1fr]">
        {hashes.map(([name, hash]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0">
              <Address address={hash} letters={12} label={name.toLowerCase()} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Line({ name, formula, children }: { name: string; formula?: string; children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="flex items-center gap-1 text-muted">
        {name}
        {formula && <Explain label={name.toLowerCase()}>{formula}</Explain>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The leaves are large: read only when asked for. */
function Leaves({ view }: { view: EpochView }) {
  const { oracles } = useApp();
  const decimals = useRewardMint().data?.decimals;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CairnError | null>(null);
  const save = async (kind: 'csv' | 'json') => {
    setBusy(true);
    setError(null);
    try {
      const leaves = await oracles.get<LeavesDocument>(`/v1/epochs/${view.epoch}/leaves`);
      const name = `epoch-${view.epoch}-leaves.${kind}`;
      if (kind === 'csv') download(name, leavesCsv(leaves, decimals ?? 0));
      else download(name, `${JSON.stringify(leaves, null, 1)}\n`, 'application/json');
    } catch (problem) {
      setError(asCairnError(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="small" busy={busy} disabled={decimals === undefined} onClick={() => void save('csv')}>
        Leaves as CSV
      </Button>
      <Button size="small" busy={busy} onClick={() => void save('json')}>
        Leaves as JSON
      </Button>
      {error && <Failed error={error} title="The leaves could not be read" />}
    </>
  );
}

/** One line per device, and one for what an operator has beside its devices. */
function leavesCsv(leaves: LeavesDocument, decimals: number): string {
  const rows = leaves.operators.flatMap((one) => {
    const direct = BigInt(one.lifetime_total) - sum(one.devices.map((device) => device.lifetime_total));
    const devices = one.devices.map(({ device, lifetime_total }) => [one.operator, device, BigInt(lifetime_total)] as const);
    return direct > 0n ? [...devices, [one.operator, '', direct] as const] : devices;
  });
  const total = sum(rows.map(([, , amount]) => amount));
  return toCsv(
    ['operator', 'device', 'lifetime_total_smallest_unit', 'lifetime_total'],
    [
      ...rows.map(([operator, device, amount]) => [operator, device, amount, format(amount, decimals, { group: false })]),
      ['sum', '', total, format(total, decimals, { group: false })],
    ],
  );
}
