// A device's state and what is wrong with it, as the list and the device's page show it.
import type { Attention, DeviceStatus } from '../../api/types';
import { sentence } from '../../lib/errors';
import { attentionLabel, severityOf } from '../../lib/health';
import { Badge, Tooltip } from '../../ui';

const STATUS = {
  active: { label: 'Active', tone: 'good' },
  suspended: { label: 'Suspended', tone: 'bad' },
  retiring: { label: 'Retiring', tone: 'warn' },
} as const;

export function StatusBadge({ status }: { status: DeviceStatus }) {
  const { label, tone } = STATUS[status];
  return <Badge tone={tone}>{label}</Badge>;
}

/** What needs attention, in short; the whole sentence in the tooltip. */
export function AttentionBadges({ attention }: { attention: readonly Attention[] }) {
  // The status says these already.
  const told = attention.filter(({ code }) => code !== 'suspended' && code !== 'retiring');
  if (told.length === 0) return null;
  return (
    <span className="inline-flex flex-wrap gap-1">
      {told.map(({ code, message, hint }) => (
        <Tooltip key={code} content={`${sentence(message)}. ${sentence(hint)}.`}>
          <Badge tone={severityOf(code)}>{attentionLabel(code)}</Badge>
        </Tooltip>
      ))}
    </span>
  );
}
