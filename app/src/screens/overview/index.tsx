import type { Address } from '@solana/kit';
import { lazy, Suspense } from 'react';
import type { OperatorView } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { Card, Empty, Explain, Loading, PageHead, Later, Query, ScreenLink } from '../../ui';
import { useViewed } from '../../wallet/operator';
import { useRestoring } from '../../wallet/wallet';
import { AttentionList } from './attention';
import { ClaimCard } from './claim-card';
import { useOverview, WINDOW } from './data';
import { Figures } from './figures';
import { HealthCounts } from './health';
import { Welcome } from './welcome';

const EarningsChart = lazy(() => import('./earnings-chart'));

export default function Overview() {
  const { operator } = useViewed();
  const restoring = useRestoring();
  return (
    <>
      <PageHead title="Overview" />
      {operator ? (
        <Page key={operator} operator={operator} />
      ) : restoring ? (
        <Loading lines={6} label="Connecting your wallet" />
      ) : (
        <Welcome />
      )}
    </>
  );
}

function Page({ operator }: { operator: Address }) {
  const { earnings, devices, unit } = useOverview(operator);
  const view = earnings.data;
  const nothing = view !== undefined && view.devices === 0 && view.lifetime_total === '0';
  if (nothing) return <NoDevices />;
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
      <div className="lg:col-span-5">
        <ClaimCard operator={operator} unit={unit} />
      </div>
      <div className="lg:col-span-7">
        <Figures earnings={earnings} unit={unit} />
      </div>
      <div className="lg:col-span-7">
        <Card
          title={`Earned in the last ${WINDOW} epochs`}
          note="By what your devices do. The newest epoch stands right."
          className="flex h-full flex-col"
        >
          <Query query={earnings} lines={6} label="Loading earnings">
            {(data) => <Chart data={data} unit={unit} />}
          </Query>
        </Card>
      </div>
      <div className="lg:col-span-5">
        <Card
          title={
            <>
              Needs attention{' '}
              <Explain label="needs attention">
                What the oracle sees wrong with your devices over the last {WINDOW} epochs: no proof in the
                last epoch, more than a tenth of the proofs refused, bond or licence missing or ending, a
                missing location.
              </Explain>
            </>
          }
          actions={<ScreenLink to="/devices">All devices</ScreenLink>}
          className="h-full"
        >
          <Query query={devices} lines={5} label="Loading devices">
            {(list) => (
              <>
                <HealthCounts devices={list.devices} />
                <AttentionList devices={list.devices} />
              </>
            )}
          </Query>
        </Card>
      </div>
    </div>
  );
}

function Chart({ data, unit }: { data: OperatorView; unit: Unit | null }) {
  if (data.epochs.length === 0) {
    return (
      <Empty title="No epoch has closed yet">The first one closes soon: its earnings show up here.</Empty>
    );
  }
  if (data.epochs.every(({ share }) => share === '0')) {
    return (
      <Empty title="Nothing was earned in these epochs">
        Where devices prove their work, their share stands here once the epoch has ended.
      </Empty>
    );
  }
  if (unit === null) return <Loading lines={6} label="Reading the mint" />;
  return (
    <Later what="The chart">
      <Suspense fallback={<Loading lines={6} label="Loading the chart" />}>
        <EarningsChart epochs={data.epochs} unit={unit} />
      </Suspense>
    </Later>
  );
}

function NoDevices() {
  return (
    <Card title="No devices earn for this wallet yet">
      <Empty
        title="Join with your first device"
        action={<ScreenLink to="/onboard">Onboard a device</ScreenLink>}
      >
        A device is bound to your wallet on chain, signs what it does, and earns in every epoch in which its
        proofs hold. What it earned shows up here after its first epoch.
      </Empty>
    </Card>
  );
}
