// The holder's valid licences.
import type { Address } from '@solana/kit';
import { useLicenses } from '../../chain/queries';
import { unpadded } from '../../lib/bytes';
import { licenseValidAt } from '../../lib/onboarding-terms';
import { exact } from '../../lib/time';
import { Notice, Query, Select } from '../../ui';

export function LicensePicker(props: { holder: Address; nowS: number; value: Address | null; required: boolean; except?: Address; onChange: (license: Address | null) => void }) {
  const licenses = useLicenses(props.holder);
  return (
    <Query query={licenses} lines={2} label="Reading the licences">
      {(all) => {
        const valid = all.filter(({ address, data }) => licenseValidAt(data, props.nowS) && address !== props.except);
        if (valid.length === 0) {
          return props.required ? (
            <Notice tone="bad" title="This class needs a licence, and the owner has no valid one">
              Ask the network’s licence issuer for one, for the wallet {props.holder}.
            </Notice>
          ) : (
            <p className="text-sm text-muted">The owner has no valid licence{props.except ? ' besides the present one' : ', and this class asks for none'}.</p>
          );
        }
        const options = valid.map(({ address, data }) => ({
          value: address as string,
          label: `${unpadded(data.region)}, ${unpadded(data.bandPlan)}, until ${exact(Number(data.expiresAt))}`,
        }));
        return (
          <Select
            label="Licence"
            value={props.value ?? ''}
            options={[{ value: '', label: props.required ? 'Choose a licence' : 'None' }, ...options]}
            onChange={(value) => props.onChange(value === '' ? null : (value as Address))}
          />
        );
      }}
    </Query>
  );
}
