import { PageHead } from '../../ui';

export default function Onboard() {
  return <PageHead title="Onboard" />;
}
