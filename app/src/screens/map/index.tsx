import { PageHead } from '../../ui';

export default function Map() {
  return <PageHead title="Map" />;
}
