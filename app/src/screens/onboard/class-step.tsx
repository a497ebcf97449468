// Step 1: the network's terms for devices of one sort.
import type { Found } from '../../chain/accounts';
import type { DeviceClass } from '../../generated/registry/accounts';
import { useChainQuery } from '../../chain/queries';
import { find, KINDS } from '../../chain/accounts';
import { stakePoolOf } from '../../chain/pda';
import { readMint } from '../../chain/token';
import { format, formatSolUp } from '../../lib/amount';
import { categoryOf } from '../../lib/category';
import { SCHEME_LABEL, SCHEMES } from '../../lib/onboarding';
import { classTermsAt } from '../../lib/onboarding-terms';
import { unpadded } from '../../lib/bytes';
import { useApp } from '../../state';
import { Badge, Button, Card, CategoryMark, cx, Empty } from '../../ui';
import { needsLocation, type StepProps } from './ground';

/** Decimals of the stake's mint; null when the network has no stake pool. */
export function useStakeDecimals() {
  const { network } = useApp();
  return useChainQuery(['stake-decimals', network], async (chain) => {
    const pool = await find(chain, KINDS.stakePool, await stakePoolOf(network));
    return pool ? (await readMint(chain, pool.data.mint)).decimals : null;
  }, { staleTime: 60_000 });
}

export function ClassStep({ classes, draft, change, nowS }: StepProps & { classes: Found<DeviceClass>[] }) {
  const sorted = [...classes].sort((a, b) => a.data.index - b.data.index);
  return (
    <Card title="Which class does the device belong to?" note="Its maker says so: the certificate of the device names the class.">
      {sorted.length === 0 ? (
        <Empty title="This network has no classes yet">Its authority creates them. Nothing can join before.</Empty>
      ) : (
        <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
          {sorted.map((one) => (
            <li key={one.address}>
              <ClassCard
                one={one}
                nowS={nowS}
                chosen={draft.class === one.data.index}
                choose={() => {
                  // A request and an answer of another class are of no use.
                  const same = draft.class === one.data.index;
                  change({ class: one.data.index, step: 1, ...(same ? {} : { request: null, response: '', license: null }) });
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function ClassCard({ one, nowS, chosen, choose }: { one: Found<DeviceClass>; nowS: number; chosen: boolean; choose: () => void }) {
  const decimals = useStakeDecimals();
  const { data } = one;
  const terms = classTermsAt(data, nowS);
  const closed = terms.closed !== 0;
  const category = categoryOf(data.category);
  const bond = terms.bond === 0n ? 'none' : decimals.data == null ? `${terms.bond} smallest units` : `${format(terms.bond, decimals.data)} tokens`;
  const facts: [string, string][] = [
    ['Devices sign by', SCHEME_LABEL[SCHEMES[data.scheme] ?? 'ed25519']],
    ['Bond per device', bond],
    ['Fee for joining', terms.onboardingFeeLamports === 0n ? 'none' : formatSolUp(terms.onboardingFeeLamports)],
    ['Licence', terms.licenseRequired !== 0 ? 'required, to join and to earn' : 'not required'],
    ['Location', needsLocation(data.category) ? 'needed to earn' : 'not needed'],
    ['Points cap', terms.pointsCap === 0n ? 'as the policy gives' : `${terms.pointsCap} per device and epoch`],
    ['Devices now', data.deviceCount.toString()],
  ];
  return (
    <article className={cx('flex h-full flex-col rounded-lg border p-4', chosen ? 'border-accent' : 'border-line')}>
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-base">
          {category ? <CategoryMark category={category} /> : `Category ${data.category}`} <span className="font-normal text-muted">class {data.index}</span>
        </h3>
        {closed && <Badge tone="warn">closed</Badge>}
      </div>
      <p className="mt-0.5 text-[0.8125rem] break-all text-muted">{unpadded(data.uri)}</p>
      <dl className="mt-2 mb-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      <Button kind={chosen ? 'primary' : 'secondary'} className="mt-auto" disabled={closed} onClick={choose} aria-label={`Choose class ${data.index}`}>
        {closed ? 'No device joins any more' : chosen ? 'Go on with this class' : 'Choose'}
      </Button>
    </article>
  );
}
