import { useParams } from 'react-router';
import { PageHead } from '../../ui';

export default function Device() {
  const { device = '' } = useParams();
  return <PageHead title="Device" note={device} />;
}
