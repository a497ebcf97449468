import { PageHead } from '../../ui';

export default function Devices() {
  return <PageHead title="Devices" />;
}
