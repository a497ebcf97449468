// Step 3: the device's answer, checked here before anything is sent.
import { useEffect, useId, useState } from 'react';
import { factsOf } from '../../chain/onboard';
import { useChainQuery } from '../../chain/queries';
import { asCairnError, type CairnError } from '../../lib/errors';
import { checkDocument, checkFacts, readResponse, SCHEMES, type Expected, type Response } from '../../lib/onboarding';
import { checkSignatures } from '../../lib/onboarding-signatures';
import { useApp } from '../../state';
import { Address, Button, Card, Failed, Loading, Notice } from '../../ui';
import type { Found } from '../../chain/accounts';
import type { DeviceClass } from '../../generated/registry/accounts';
import type { Address as Key } from '@solana/kit';
import type { ClassStepProps } from './ground';
import { Validity } from './request-step';

export type Checked = { state: 'none' } | { state: 'checking' } | { state: 'bad'; error: CairnError } | { state: 'good'; response: Response };

/** Reads and checks an answer: the document, its signatures, and what the chain says to it. */
export function useChecked(text: string, owner: Key, deviceClass: Found<DeviceClass>): Checked & { again: () => void } {
  const { network } = useApp();
  const { index, scheme } = deviceClass.data;
  const [local, setLocal] = useState<Checked>({ state: 'none' });
  useEffect(() => {
    let live = true;
    const check = async (): Promise<Checked> => {
      const expected: Expected = { network, owner, class: index, scheme: SCHEMES[scheme] ?? 'ed25519' };
      const response = readResponse(text);
      checkDocument(response, expected);
      await checkSignatures(response);
      return { state: 'good', response };
    };
    if (text.trim() === '') {
      setLocal({ state: 'none' });
      return undefined;
    }
    setLocal({ state: 'checking' });
    check()
      .catch((error: unknown): Checked => ({ state: 'bad', error: asCairnError(error) }))
      .then((result) => live && setLocal(result));
    return () => {
      live = false;
    };
  }, [text, network, owner, index, scheme]);
  const response = local.state === 'good' ? local.response : null;
  const facts = useChainQuery(
    ['onboard-facts', response?.device_key, response?.slot, response?.certificate.maker_key],
    (chain) => factsOf(chain, response as Response),
    { enabled: response !== null, staleTime: 2_000 },
  );
  const again = () => void facts.refetch();
  if (local.state !== 'good') return { ...local, again };
  if (facts.error) return { state: 'bad', error: asCairnError(facts.error), again };
  if (!facts.data) return { state: 'checking', again };
  try {
    checkFacts(local.response, facts.data);
  } catch (error) {
    return { state: 'bad', error: asCairnError(error), again };
  }
  return { ...local, again };
}

/** Whether asking the chain again may help: what the document says itself does not change. */
const mayChange = ({ code }: CairnError) => !code.startsWith('document_') && code !== 'signature_invalid' && code !== 'request_expired';

export function ResponseStep({ owner, deviceClass, draft, change }: ClassStepProps) {
  const id = useId();
  const checked = useChecked(draft.response, owner, deviceClass);
  const [unreadable, setUnreadable] = useState<CairnError | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setUnreadable(null);
    try {
      change({ response: await file.text() });
    } catch (error) {
      setUnreadable(asCairnError(error));
    }
  };
  const expired = checked.state === 'bad' && checked.error.code === 'request_expired';
  return (
    <Card title="What did the device answer?" note="It is checked here, in your browser, before anything is sent.">
      <div className="space-y-4">
        {draft.request && <Validity request={draft.request} />}
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium">
            The device’s answer
          </label>
          <textarea
            id={id}
            value={draft.response}
            rows={6}
            spellCheck={false}
            placeholder='{"document":"cairn-onboarding-response/1", …}'
            onChange={(event) => change({ response: event.target.value })}
            aria-invalid={checked.state === 'bad' || undefined}
            className="w-full rounded-lg border border-line-strong bg-surface px-3 py-2 font-mono text-[0.8125rem] break-all"
          />
          <label className="mt-1 inline-flex flex-wrap items-center gap-2 text-sm">
            Or its file:
            <input type="file" accept=".json,application/json,text/plain" onChange={(event) => void take(event.target.files?.[0])} className="max-w-full text-[0.8125rem]" />
          </label>
        </div>
        {unreadable && <Failed error={unreadable} title="The file cannot be read" />}
        <div aria-live="polite">
          {checked.state === 'checking' && <Loading lines={2} label="Checking the answer" />}
          {checked.state === 'bad' && (
            <>
              <Failed error={checked.error} title="This answer cannot be used" {...(mayChange(checked.error) ? { retry: checked.again } : {})} />
              {expired && (
                <Button className="mt-2" onClick={() => change({ step: 1, request: null })}>
                  Make a new request
                </Button>
              )}
            </>
          )}
          {checked.state === 'good' && <Accepted response={checked.response} />}
        </div>
        <div className="flex flex-wrap justify-between gap-2 border-t border-line pt-4">
          <Button kind="quiet" onClick={() => change({ step: 1 })}>
            Back
          </Button>
          <Button kind="primary" disabled={checked.state !== 'good'} onClick={() => change({ step: 3 })}>
            Go on
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Accepted({ response }: { response: Response }) {
  const { certificate } = response;
  return (
    <Notice tone="good" title="Device and maker signed, and the network takes it">
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-muted">Serial number</dt>
        <dd>{certificate.serial}</dd>
        <dt className="text-muted">Device’s key</dt>
        <dd>
          <Address address={response.device_key} letters={8} label="device key" />
        </dd>
        <dt className="text-muted">Maker</dt>
        <dd>
          <Address address={certificate.maker_key} letters={6} label="maker key" />
        </dd>
        <dt className="text-muted">Owner</dt>
        <dd>
          <Address address={response.owner} letters={6} label="owner" />
        </dd>
      </dl>
    </Notice>
  );
}
