// Before the page knows its network: looking, or asking for an oracle.
import type { CairnError } from '../lib/errors';
import { Failed, Loading, Mark } from '../ui';
import { OracleForm } from './settings';

export function Finding({ error, retry }: { error: CairnError | null; retry: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center gap-5 p-5">
      <div className="flex items-center gap-3">
        <Mark className="size-9" />
        <h1>Cairn</h1>
      </div>
      {error ? (
        <>
          <Failed error={error} retry={retry} title="No oracle answers" />
          <OracleForm />
        </>
      ) : (
        <Loading label="Looking for the network" />
      )}
    </main>
  );
}
