// The network as anyone can check it: epochs, oracles, emission, burn and mint, supply, terms.
import { PageHead } from '../../ui';
import { Credits } from './credits';
import { Emission } from './emission';
import { Epochs } from './epochs';
import { Now } from './now';
import { Oracles } from './oracles';
import { Promised } from './promised';
import { Terms } from './terms';

export default function Network() {
  return (
    <>
      <PageHead title="Network" note="Everything here is read from the chain and from the oracles; nobody’s word has to be taken for it." />
      <div className="grid gap-5 lg:grid-cols-2">
        <div className="lg:col-span-2">
          <Now />
        </div>
        <div className="lg:col-span-2">
          <Epochs />
        </div>
        <div className="lg:col-span-2">
          <Oracles />
        </div>
        <div className="lg:col-span-2">
          <Emission />
        </div>
        <Promised />
        <Credits />
        <div className="lg:col-span-2">
          <Terms />
        </div>
      </div>
    </>
  );
}
