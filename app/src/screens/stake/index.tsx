import type { Address } from '@solana/kit';
import { useState } from 'react';
import type { Staking } from '../../chain/stake-read';
import { Amount, Button, Card, Empty, Explain, NeedOperator, PageHead, Query, Stat } from '../../ui';
import { Bonds } from './bonds';
import { useChainNow, useDerived, useStaking, type Derived } from './data';
import { CollectDialog } from './delegation-dialogs';
import { Delegations } from './delegations';
import { Penalties } from './penalties';
import { PoolFacts } from './pool';
import { Queue } from './queue';

export default function Stake() {
  return (
    <>
      <PageHead title="Stake" note="What you have at risk for your devices, and what your stake earns." />
      <NeedOperator what="your stake">{(operator) => <Page key={operator} operator={operator} />}</NeedOperator>
    </>
  );
}

function Page({ operator }: { operator: Address }) {
  const staking = useStaking(operator);
  return (
    <Query query={staking} lines={8} label="Reading the stake from the chain">
      {(data) =>
        data ? (
          <Shown staking={data} />
        ) : (
          <Card title="No stake pool">
            <Empty title="This network has no stake pool">There is nothing to bond or delegate to. Devices earn without a bond.</Empty>
          </Card>
        )
      }
    </Query>
  );
}

function Shown({ staking }: { staking: Staking }) {
  const nowS = useChainNow(staking);
  const derived = useDerived(staking, nowS);
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
      <div className="lg:col-span-12">
        <Figures staking={staking} derived={derived} />
      </div>
      <div className="lg:col-span-12">
        <Bonds staking={staking} nowS={nowS} />
      </div>
      <div className="lg:col-span-12">
        <Delegations staking={staking} derived={derived} nowS={nowS} />
      </div>
      <div className="space-y-4 lg:col-span-7">
        <Queue staking={staking} nowS={nowS} />
        <Penalties staking={staking} nowS={nowS} />
      </div>
      <div className="lg:col-span-5">
        <PoolFacts staking={staking} derived={derived} nowS={nowS} />
      </div>
    </div>
  );
}

function Figures({ staking, derived }: { staking: Staking; derived: Derived }) {
  const [collecting, setCollecting] = useState(false);
  const { decimals, rewardDecimals } = staking;
  return (
    <Card>
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-5">
        <Stat label="In your wallet" note="tokens that you can stake">
          <Amount amount={staking.wallet} decimals={decimals} />
        </Stat>
        <Stat label="Bonded" note="answers for your devices">
          <Amount amount={derived.bonded} decimals={decimals} />
        </Stat>
        <Stat label="Delegated" note="earns rewards">
          <Amount amount={derived.delegated} decimals={decimals} />
        </Stat>
        <Stat label="On the way back" note="waits for the cooldown">
          <Amount amount={derived.returning} decimals={decimals} />
        </Stat>
        <Stat
          label={
            <>
              Rewards to collect{' '}
              <Explain label="rewards to collect">
                owed + ⌊amount × growth ÷ 2⁶⁴⌋ for each delegation, with growth from the stake pool’s running sums, after sharing out what has
                arrived by now. Rounded down.
              </Explain>
            </>
          }
          note={
            <Button size="small" kind="primary" className="mt-1" disabled={derived.claimable === 0n} onClick={() => setCollecting(true)}>
              Collect all
            </Button>
          }
        >
          <Amount amount={derived.claimable} decimals={rewardDecimals} />
        </Stat>
      </div>
      {collecting && <CollectDialog staking={staking} rows={derived.delegations} onClose={() => setCollecting(false)} />}
    </Card>
  );
}
