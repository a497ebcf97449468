// An amount in whole tokens, with what there is of it.
import { format, parse } from '../../lib/amount';
import { asCairnError } from '../../lib/errors';
import { Button, Field } from '../../ui';

/** An amount with its unit: `1 token`, `2.5 tokens`. */
export function tokens(amount: bigint, decimals: number): string {
  return `${format(amount, decimals)} ${amount === 10n ** BigInt(decimals) ? 'token' : 'tokens'}`;
}

/** The amount of a text; null while it is none, with why. Nothing typed yet is no error. */
export function readAmount(text: string, decimals: number, max: bigint, of: string): { amount: bigint | null; error: string | null } {
  if (text.trim() === '') return { amount: null, error: null };
  try {
    const amount = parse(text, decimals);
    if (amount === 0n) return { amount: null, error: 'The amount must be above zero.' };
    if (amount > max) return { amount: null, error: `That is more than the ${format(max, decimals)} ${of}.` };
    return { amount, error: null };
  } catch (error) {
    return { amount: null, error: asCairnError(error).message };
  }
}

export function AmountField(props: {
  label: string;
  text: string;
  onChange: (text: string) => void;
  decimals: number;
  max: bigint;
  /** "in the wallet" */
  of: string;
  error: string | null;
}) {
  return (
    <Field
      label={props.label}
      value={props.text}
      onChange={props.onChange}
      inputMode="decimal"
      placeholder="0"
      error={props.error}
      hint={`${format(props.max, props.decimals)} tokens ${props.of}.`}
      after={
        <Button size="small" onClick={() => props.onChange(format(props.max, props.decimals, { group: false }))} disabled={props.max === 0n} aria-label={`All ${format(props.max, props.decimals)} ${props.of}`}>
          All
        </Button>
      }
    />
  );
}
