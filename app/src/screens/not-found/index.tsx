import { PageHead, ScreenLink } from '../../ui';

export default function NotFound() {
  return (
    <>
      <PageHead title="There is no such page" />
      <p>
        Go to the <ScreenLink to="/">overview</ScreenLink>.
      </p>
    </>
  );
}
