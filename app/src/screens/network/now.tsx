// Where the network stands now, and what stops it.
import { useLiveMessage, useStatus } from '../../api/queries';
import { useChainClock, useVault } from '../../chain/network';
import { useNetwork, usePool, useRewardMint } from '../../chain/queries';
import { unpadded } from '../../lib/bytes';
import { poolEpochAt, poolEpochStart } from '../../lib/pool';
import { Amount, Card, Explain, Failed, Loading, Notice, Stat } from '../../ui';
import { ChainCountdown } from '../../ui/chain-time';

export function Now() {
  const network = useNetwork();
  const pool = usePool();
  const mint = useRewardMint();
  const vault = useVault();
  const status = useStatus();
  const proofs = useLiveMessage('proofs');
  const { nowS } = useChainClock();
  const error = network.error ?? pool.error ?? mint.error ?? vault.error;
  if (!network.data || !pool.data || !mint.data || vault.data === undefined) {
    return (
      <Card title="Now">
        {error ? (
          <Failed error={error} retry={() => [network, pool, mint, vault].forEach((query) => void query.refetch())} />
        ) : (
          <Loading lines={4} label="Reading the network" />
        )}
      </Card>
    );
  }
  const terms = network.data.data;
  const data = pool.data.data;
  const { decimals, supply } = mint.data;
  const epoch = poolEpochAt(data, nowS);
  const begun = nowS >= Number(data.genesisAt);
  return (
    <Card title={unpadded(terms.name) || 'This network'}>
      <div className="mb-4 space-y-2 empty:hidden">
        {terms.paused === 1 && (
          <Notice tone="bad" title="The network is paused">
            Nothing is proposed or finalized until its authority ends the pause. What is finalized can still be claimed.
          </Notice>
        )}
        {data.closeAt !== 0n && (
          <Notice tone="warn" title={BigInt(nowS) >= data.closeAt ? 'The pool is closed' : 'The pool is going to close'}>
            {BigInt(nowS) >= data.closeAt ? (
              'Its root is the last one. What it says can still be claimed.'
            ) : (
              <>
                Proposals and finalizations end in <ChainCountdown untilS={Number(data.closeAt)} />.
              </>
            )}
          </Notice>
        )}
      </div>
      <div className="grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-3 xl:grid-cols-6">
        <Stat
          label="Epoch"
          note={
            begun ? (
              <>
                ends in <ChainCountdown untilS={poolEpochStart(data, epoch + 1n)} />
              </>
            ) : (
              <>
                begins in <ChainCountdown untilS={Number(data.genesisAt)} />
              </>
            )
          }
        >
          {begun ? epoch.toString() : '–'}
        </Stat>
        <Stat
          label={
            <Named text="Active root" formula="The root that claims are paid by: the epoch that it closes, and how many operators have a leaf in it." />
          }
          note={data.leafCount > 0 ? `${data.leafCount.toLocaleString()} leaves` : 'no root yet'}
        >
          {data.leafCount > 0 ? `Epoch ${data.rootEpoch}` : '–'}
        </Stat>
        <Stat
          label={<Named text="Devices" formula="Devices of the network that did not retire; below: ever onboarded." />}
          note={`${terms.deviceCount.toLocaleString()} onboarded`}
        >
          {terms.liveDeviceCount.toLocaleString()}
        </Stat>
        <Stat
          label={<Named text="Proofs this epoch" formula="What the oracle that this page asks accepted so far in the epoch that lasts, by its live feed." />}
          note={proofs && proofs.refused > 0 ? `${proofs.refused.toLocaleString()} refused` : status.data ? `${status.data.log_records.toLocaleString()} ever` : ' '}
        >
          {proofs ? proofs.accepted.toLocaleString() : '–'}
        </Stat>
        <Stat label={<Named text="Supply" formula="Tokens that exist: the supply of the mint, by its account." />} note="tokens in all">
          <Amount amount={supply} decimals={decimals} max={2} />
        </Stat>
        <Stat label={<Named text="Vault" formula="Tokens in the token account that pays claims and the other parts." />} note="tokens to be paid out">
          <Amount amount={vault.data} decimals={decimals} max={2} />
        </Stat>
      </div>
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
