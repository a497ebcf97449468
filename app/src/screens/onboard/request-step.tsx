// Step 2: the request that the device answers.
import { useEffect, useState } from 'react';
import { chainClock, recentSlotHash, slotSeconds } from '../../chain/onboard';
import { useChainQuery } from '../../chain/queries';
import { asCairnError, type CairnError } from '../../lib/errors';
import { makeRequest, REQUEST_SLOTS, slotsLeft, type Request } from '../../lib/onboarding';
import { duration } from '../../lib/time';
import { needChain, useApp, useNow } from '../../state';
import { Button, Card, Explain, Failed, Meter, Notice, useToast } from '../../ui';
import { download } from '../../lib/csv';
import type { ClassStepProps } from './ground';

/** How long a request holds yet: by the chain's slot, counted on between two askings. */
export function useValidity(request: Request | null): { slots: bigint; seconds: number } | null {
  const now = useNow();
  const clock = useChainQuery(['slot-clock'], async (chain) => {
    const [at, each] = await Promise.all([chainClock(chain), slotSeconds(chain)]);
    return { slot: at.slot, each, readAtMs: Date.now() };
  }, { enabled: request !== null, staleTime: 2_000 });
  const { refetch } = clock;
  useEffect(() => {
    if (!request) return undefined;
    const timer = setInterval(() => void refetch(), 5_000);
    return () => clearInterval(timer);
  }, [request, refetch]);
  if (!request || !clock.data) return null;
  const { slot, each, readAtMs } = clock.data;
  const passed = BigInt(Math.max(0, Math.floor((now * 1_000 - readAtMs) / 1_000 / each)));
  const slots = slotsLeft(BigInt(request.slot), slot + passed);
  return { slots, seconds: Math.floor(Number(slots) * each) };
}

export function RequestStep({ owner, deviceClass, draft, change }: ClassStepProps) {
  const { chain, network } = useApp();
  const toast = useToast();
  const [problem, setProblem] = useState<CairnError | null>(null);
  const [busy, setBusy] = useState(false);
  const { request } = draft;
  const text = request ? JSON.stringify(request) : '';
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { slot, hash } = await recentSlotHash(needChain(chain));
      change({ request: makeRequest(network, owner, deviceClass.data.index, slot, hash), response: '' });
    } catch (error) {
      setProblem(asCairnError(error));
    } finally {
      setBusy(false);
    }
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast('The request is copied.', 'good');
    } catch {
      toast('The browser did not copy it: mark the text by hand.', 'warn');
    }
  };
  return (
    <Card
      title="Give the device a request"
      note="It names your wallet and a moment of the chain. The device signs it: nobody can bind a device that is switched off or unwilling."
    >
      <div className="space-y-4">
        {request ? (
          <>
            <Validity request={request} />
            <textarea
              readOnly
              aria-label="Request for the device"
              value={text}
              rows={5}
              onFocus={(event) => event.target.select()}
              className="w-full rounded-lg border border-line-strong bg-sunken px-3 py-2 font-mono text-[0.8125rem] break-all"
            />
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => void copy()}>Copy the request</Button>
              <Button onClick={() => download('cairn-request.json', text, 'application/json')}>Download</Button>
              <Button busy={busy} onClick={() => void make()}>
                Renew
              </Button>
            </div>
            <div className="text-sm">
              <p className="font-medium">On the device, or where its key is:</p>
              <pre className="mt-1 overflow-x-auto rounded-lg bg-sunken p-3 text-[0.8125rem]" tabIndex={0} aria-label="Command for the device">
                cairn device accept --request cairn-request.json --certificate certificate.json --device-keypair device.json
              </pre>
              <p className="mt-1 text-muted">It prints the device’s answer. The certificate came with the device from its maker.</p>
            </div>
          </>
        ) : (
          <Button kind="primary" busy={busy} onClick={() => void make()}>
            Make the request
          </Button>
        )}
        {problem && <Failed error={problem} title="No request was made" retry={() => void make()} />}
        <div className="flex flex-wrap justify-between gap-2 border-t border-line pt-4">
          <Button kind="quiet" onClick={() => change({ step: 0 })}>
            Back
          </Button>
          <Button kind="primary" disabled={!request} onClick={() => change({ step: 2 })}>
            I have the device’s answer
          </Button>
        </div>
      </div>
    </Card>
  );
}

/** How long a request holds, and what to do when it does not. */
export function Validity({ request }: { request: Request }) {
  const left = useValidity(request);
  if (!left) return null;
  if (left.slots === 0n) {
    return (
      <Notice tone="bad" title="The request has expired">
        The chain does not know slot {request.slot} any more. Renew it, and let the device answer again.
      </Notice>
    );
  }
  const ppm = Number((left.slots * 1_000_000n) / REQUEST_SLOTS);
  return (
    <div>
      <p className="text-sm">
        Holds for {left.slots.toString()} more slots, about {duration(left.seconds)}.{' '}
        <Explain label="how long it holds">
          {REQUEST_SLOTS.toString()} − (slot now − slot {request.slot}). The chain keeps the hashes of {REQUEST_SLOTS.toString()} slots, and the device’s answer has to be on
          chain before its slot’s hash is gone. The time is by how long slots take lately.
        </Explain>
      </p>
      <div className="mt-1.5 max-w-sm">
        <Meter label="Validity of the request" ppm={ppm} text={`${left.slots} of ${REQUEST_SLOTS} slots`} tone={ppm < 200_000 ? 'warn' : 'good'} />
      </div>
    </div>
  );
}
