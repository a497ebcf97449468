import { useParams } from 'react-router';
import { PageHead } from '../../ui';

export default function Epoch() {
  const { epoch = '' } = useParams();
  return <PageHead title={`Epoch ${epoch}`} />;
}
