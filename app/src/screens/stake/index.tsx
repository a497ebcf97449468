import { PageHead } from '../../ui';

export default function Stake() {
  return <PageHead title="Stake" />;
}
