// What an operator earned and was paid, who shares it, and what holds it back.
import type { Address } from '@solana/kit';
import { NeedOperator, PageHead } from '../../ui';
import { Epochs } from './epochs';
import { History } from './history';
import { Limits } from './limits';
import { Payees } from './payees';
import { Totals } from './totals';

export default function Rewards() {
  return (
    <>
      <PageHead title="Rewards" note="What was earned epoch by epoch, what was paid, and to whom." />
      <NeedOperator what="your rewards">{(operator) => <Screen key={operator} operator={operator} />}</NeedOperator>
    </>
  );
}

function Screen({ operator }: { operator: Address }) {
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Totals operator={operator} />
      <Limits operator={operator} />
      <div className="lg:col-span-2">
        <Payees operator={operator} />
      </div>
      <div className="lg:col-span-2">
        <Epochs operator={operator} />
      </div>
      <div className="lg:col-span-2">
        <History operator={operator} />
      </div>
    </div>
  );
}
