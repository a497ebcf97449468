// Step 4: where the device stands, and under which licence.
import { categoryOf, CATEGORY } from '../../lib/category';
import { classTermsAt } from '../../lib/onboarding-terms';
import { Button, Card, Checkbox, Notice } from '../../ui';
import { needsLocation, type ClassStepProps } from './ground';
import { LicensePicker } from './license-picker';
import { LocationFields, positionOf } from './location-fields';

export function PlaceStep({ owner, deviceClass, nowS, draft, change }: ClassStepProps) {
  const { data } = deviceClass;
  const terms = classTermsAt(data, nowS);
  const needed = needsLocation(data.category);
  const category = categoryOf(data.category);
  const { position } = positionOf(draft.latitude, draft.longitude);
  const placed = draft.noLocation || position !== null;
  const licensed = terms.licenseRequired === 0 || draft.license !== null;
  return (
    <Card title="Where does it stand, and under which licence?">
      <div className="space-y-5">
        <section aria-label="Location" className="space-y-3">
          <h3 className="text-base">Location</h3>
          <p className="max-w-prose text-sm text-muted">
            {needed
              ? `${category ? CATEGORY[category].label : 'Such'} devices earn only where they are asserted to stand.`
              : 'Devices of this class earn without a location.'}{' '}
            The first location costs nothing, now or later.
          </p>
          {!draft.noLocation && (
            <LocationFields latitude={draft.latitude} longitude={draft.longitude} onChange={(latitude, longitude) => change({ latitude, longitude })} />
          )}
          <Checkbox label="Join without a location: it moves, or I say it later" checked={draft.noLocation} onChange={(noLocation) => change({ noLocation })} />
          {needed && draft.noLocation && <Notice tone="warn">It earns nothing that depends on its place until you assert a location.</Notice>}
        </section>
        <section aria-label="Licence" className="space-y-3">
          <h3 className="text-base">Licence</h3>
          <LicensePicker holder={owner} nowS={nowS} value={draft.license} required={terms.licenseRequired !== 0} onChange={(license) => change({ license })} />
        </section>
        <div className="flex flex-wrap justify-between gap-2 border-t border-line pt-4">
          <Button kind="quiet" onClick={() => change({ step: 2 })}>
            Back
          </Button>
          <Button kind="primary" disabled={!placed || !licensed} onClick={() => change({ step: 4 })}>
            Go on
          </Button>
        </div>
      </div>
    </Card>
  );
}
