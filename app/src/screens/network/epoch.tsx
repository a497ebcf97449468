// One epoch: its result, who stands behind it on chain, its proofs by kind, what it was computed from.
import { useParams } from 'react-router';
import { useEpoch } from '../../api/queries';
import type { EpochView } from '../../api/types';
import { useChainClock, useEpochChain } from '../../chain/network';
import { useRewardMint } from '../../chain/queries';
import { format } from '../../lib/amount';
import { standingOf } from '../../lib/epochs';
import { asCairnError, CairnError } from '../../lib/errors';
import { exact } from '../../lib/time';
import { Address, Amount, Card, Empty, Explain, Failed, Loading, PageHead, Query, ScreenLink, Stat } from '../../ui';
import { EpochChain } from './epoch-chain';
import { Inputs } from './epoch-inputs';
import { Verdicts } from './epoch-verdicts';
import { StandingBadge } from './standing';

export default function Epoch() {
  const { epoch: text = '' } = useParams();
  const epoch = /^\d{1,15}$/.test(text) ? Number(text) : null;
  return (
    <>
      <PageHead
        title={epoch === null ? 'Epoch' : `Epoch ${epoch}`}
        actions={
          <nav aria-label="Epochs" className="flex flex-wrap gap-4 text-sm">
            <ScreenLink to="/network">All epochs</ScreenLink>
            {epoch !== null && epoch > 0 && <ScreenLink to={`/network/epochs/${epoch - 1}`}>← Epoch {epoch - 1}</ScreenLink>}
            {epoch !== null && <ScreenLink to={`/network/epochs/${epoch + 1}`}>Epoch {epoch + 1} →</ScreenLink>}
          </nav>
        }
      />
      {epoch === null ? (
        <Failed error={new CairnError('epoch_invalid', `\`${text}\` is not an epoch`, 'epochs are whole numbers: choose one on the Network screen')} />
      ) : (
        <Known key={epoch} epoch={epoch} />
      )}
    </>
  );
}

function Known({ epoch }: { epoch: number }) {
  const query = useEpoch(epoch);
  if (query.isError && asCairnError(query.error).code === 'epoch_unknown') {
    return (
      <Empty title={`Epoch ${epoch} has not begun`} action={<ScreenLink to="/network">See the epochs that have</ScreenLink>}>
        This page shows it by itself once it begins.
      </Empty>
    );
  }
  return (
    <Query query={query} lines={10} label="Reading the epoch">
      {/* A query keeps its last answer while the next comes: it may be another epoch's. */}
      {(view) => (view.epoch === epoch ? <Shown view={view} /> : <Loading lines={10} />)}
    </Query>
  );
}

function Shown({ view }: { view: EpochView }) {
  const computed = view.result !== null;
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <div className="lg:col-span-2">
        <Result view={view} />
      </div>
      <EpochChain view={view} />
      <Verdicts epoch={view.epoch} ready={view.state !== 'open'} />
      {computed && (
        <div className="lg:col-span-2">
          <Inputs view={view} />
        </div>
      )}
    </div>
  );
}

function Result({ view }: { view: EpochView }) {
  const chain = useEpochChain();
  const { nowS } = useChainClock();
  const mint = useRewardMint();
  const standing = standingOf(view, chain.proposals, chain.set, chain.challenges, nowS);
  return (
    <Card title="Result" actions={<StandingBadge standing={standing} />} note={`From ${exact(view.starts_at_s)} to ${exact(view.ends_at_s)}`}>
      {mint.data ? (
        <div className="grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
          <Stat label="Proofs accepted" note="by the oracle that this page asks">
            {view.proofs_accepted.toLocaleString()}
          </Stat>
          <Stat label={<Named text="Points" formula="All devices’ points together: accepted units × their factors, by each kind’s rules." />}>
            {view.points === null ? '–' : format(BigInt(view.points), 6)}
          </Stat>
          <Stat label={<Named text="Budget" formula="The operators’ part of what the emission table gives this epoch, and of what may be minted again." />} note="tokens">
            <Amount amount={view.budget} decimals={mint.data.decimals} />
          </Stat>
          <Stat label={<Named text="Root sum" formula="Lifetime total of all operators up to this epoch: the sum in the tree’s root." />} note={view.result ? `${view.result.leaf_count.toLocaleString()} leaves` : 'not computed yet'}>
            {view.result ? <Amount amount={view.result.root_sum} decimals={mint.data.decimals} /> : '–'}
          </Stat>
        </div>
      ) : mint.error ? (
        <Failed error={mint.error} retry={() => void mint.refetch()} />
      ) : (
        <Loading lines={3} />
      )}
      {view.result && (
        <dl className="mt-4 grid gap-x-6 gap-y-1 border-t border-line pt-3 text-sm sm:grid-cols-[auto_1fr]">
          <dt className="text-muted">Root</dt>
          <dd className="min-w-0">
            <Address address={view.result.root} letters={0} label="root" />
          </dd>
          <dt className="text-muted">Manifest’s hash</dt>
          <dd className="min-w-0">
            <Address address={view.result.manifest_hash} letters={0} label="manifest's hash" />
          </dd>
        </dl>
      )}
    </Card>
  );
}

function Named({ text, formula }: { text: string; formula: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      {text}
      <Explain label={text.toLowerCase()}>{formula}</Explain>
    </span>
  );
}
