// A device's status on chain.
import type { DeviceStatus } from '../../api/types';
import { sentence } from '../../lib/errors';
import { Badge, type Tone } from '../../ui';

const TONE: Record<DeviceStatus, Tone> = { active: 'good', suspended: 'bad', retiring: 'warn' };

export function StatusBadge({ status }: { status: DeviceStatus }) {
  return <Badge tone={TONE[status]}>{sentence(status)}</Badge>;
}
