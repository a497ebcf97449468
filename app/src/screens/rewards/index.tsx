import { PageHead } from '../../ui';

export default function Rewards() {
  return <PageHead title="Rewards" />;
}
