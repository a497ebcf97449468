// What is wrong, the worst first, each with the way to its device.
import { useState } from 'react';
import type { Attention, DeviceRow } from '../../api/types';
import { short } from '../../lib/address';
import { sentence } from '../../lib/errors';
import { attentionLabel, needsAttention, severityOf } from '../../lib/health';
import { Badge, Button, CategoryMark, ScreenLink } from '../../ui';

const SHOWN = 5;

export function AttentionList({ devices }: { devices: readonly DeviceRow[] }) {
  const [all, setAll] = useState(false);
  const items = needsAttention(devices);
  if (items.length === 0) {
    return (
      <p className="mt-4 flex items-center gap-2">
        <span
          aria-hidden="true"
          className="inline-flex size-5 items-center justify-center rounded-full bg-good-soft text-xs text-good"
        >
          ✓
        </span>
        {devices.length === 0 ? 'No devices yet.' : 'Nothing is wrong: every device proves its work.'}
      </p>
    );
  }
  return (
    <>
      <ul className="mt-2 divide-y divide-line">
        {items.slice(0, all ? items.length : SHOWN).map(({ device, attention }) => (
          <li key={`${device.device}${attention.code}`} className="py-2.5">
            <Item device={device} attention={attention} />
          </li>
        ))}
      </ul>
      {items.length > SHOWN && (
        <Button size="small" kind="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${items.length}`}
        </Button>
      )}
    </>
  );
}

function Item({ device, attention }: { device: DeviceRow; attention: Attention }) {
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span className="flex min-w-0 items-center gap-2.5">
          <Badge tone={severityOf(attention.code)}>{attentionLabel(attention.code)}</Badge>
          <ScreenLink to={`/devices/${device.device}`} className="link min-w-0 truncate">
            {device.serial ?? short(device.device)}
          </ScreenLink>
        </span>
        <span className="text-[0.8125rem] text-muted">
          <CategoryMark category={device.category} />
        </span>
      </div>
      <p className="mt-1 text-[0.8125rem] text-muted">
        <span className="text-ink">{sentence(attention.message)}.</span> {sentence(attention.hint)}.
      </p>
    </>
  );
}
