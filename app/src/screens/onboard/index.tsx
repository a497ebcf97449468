import type { Address } from '@solana/kit';
import { isAddress } from '@solana/kit';
import { useSearchParams } from 'react-router';
import { chainClock } from '../../chain/onboard';
import { get, KINDS } from '../../chain/accounts';
import { useChainQuery, useClasses } from '../../chain/queries';
import { nowS } from '../../lib/time';
import { useApp, useNow } from '../../state';
import { Card, Empty, Notice, NeedOperator, PageHead, Query, ScreenLink, Stepper } from '../../ui';
import { useDraft } from './draft';
import { ClassStep } from './class-step';
import { RequestStep } from './request-step';
import { ResponseStep } from './response-step';
import { PlaceStep } from './place-step';
import { JoinStep } from './join-step';
import { RetireScreen } from './retire';
import type { Ground } from './ground';

export const STEPS = ['Class', 'Request', 'Device’s answer', 'Location and licence', 'Check and join'] as const;

export default function Onboard() {
  const [search] = useSearchParams();
  const device = search.get('retire');
  if (device !== null) {
    return (
      <>
        <PageHead title="Onboard" note="Retire a device: it leaves the network, and its rent comes back." />
        {isAddress(device) ? (
          <RetireScreen key={device} device={device} />
        ) : (
          <Card title="No such device">
            <Empty title={`“${device}” is no address`} action={<ScreenLink to="/devices">Your devices</ScreenLink>}>
              Open a device from the list, and retire it there.
            </Empty>
          </Card>
        )}
      </>
    );
  }
  return (
    <>
      <PageHead title="Onboard" note="Bring a device into the network: it gets an account and an NFT, and earns for your wallet." />
      <NeedOperator what="the classes that a device can join">{(owner, watching) => <Steps key={owner} owner={owner} watching={watching} />}</NeedOperator>
    </>
  );
}

/** The network and the chain's clock. */
export function useGround() {
  const { network } = useApp();
  return useChainQuery(['onboard-ground', network], async (chain): Promise<Ground> => {
    const [found, clock] = await Promise.all([get(chain, KINDS.network, network), chainClock(chain)]);
    return { network: found, clockOffsetS: clock.atS - nowS() };
  });
}

function Steps({ owner, watching }: { owner: Address; watching: boolean }) {
  const { network } = useApp();
  const ground = useGround();
  const classes = useClasses();
  const { draft, change, forget } = useDraft(owner, network);
  const now = useNow();
  return (
    <div className="space-y-4">
      <Stepper label="Steps of onboarding" steps={STEPS} current={draft.step} />
      {watching && <Notice tone="accent">You are looking at another wallet’s page: the device would belong to that wallet, and you can prepare everything but the last step.</Notice>}
      <Query query={ground} lines={6} label="Reading the network">
        {(here) => (
          <Query query={classes} lines={6} label="Reading the classes">
            {(all) => {
              const chosen = all.find(({ data }) => data.index === draft.class) ?? null;
              const props = { owner, ground: here, nowS: now + here.clockOffsetS, draft, change, forget };
              if (here.network.data.paused !== 0) {
                return (
                  <Notice tone="bad" title="The network is paused">
                    No device joins until its authority ends the pause.
                  </Notice>
                );
              }
              if (draft.step === 0 || !chosen) return <ClassStep {...props} classes={all} />;
              if (draft.step === 1) return <RequestStep {...props} deviceClass={chosen} />;
              if (draft.step === 2) return <ResponseStep {...props} deviceClass={chosen} />;
              if (draft.step === 3) return <PlaceStep {...props} deviceClass={chosen} />;
              return <JoinStep {...props} deviceClass={chosen} />;
            }}
          </Query>
        )}
      </Query>
    </div>
  );
}
