import { PageHead } from '../../ui';

export default function Network() {
  return <PageHead title="Network" />;
}
