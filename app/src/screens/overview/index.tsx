import { PageHead } from '../../ui';

export default function Overview() {
  return <PageHead title="Overview" />;
}
