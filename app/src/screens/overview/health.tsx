// How many devices are well.
import type { DeviceRow } from '../../api/types';
import { healthOf } from '../../lib/health';
import { cx } from '../../ui';

export function HealthCounts({ devices }: { devices: readonly DeviceRow[] }) {
  const { total, well, warn, bad } = healthOf(devices);
  const items = [
    { label: total === 1 ? 'device' : 'devices', count: total, tone: 'text-ink' },
    { label: 'well', count: well, tone: 'text-good' },
    { label: 'to watch', count: warn, tone: warn ? 'text-warn' : 'text-muted' },
    { label: 'not earning', count: bad, tone: bad ? 'text-bad' : 'text-muted' },
  ];
  return (
    <>
      <dl className="grid grid-cols-4 gap-2 border-b border-line pb-3">
        {items.map(({ label, count, tone }) => (
          <div key={label} className="flex flex-col-reverse justify-end">
            <dt className="text-[0.8125rem] text-muted">{label}</dt>
            <dd className={cx('text-xl font-semibold', tone)}>{count}</dd>
          </div>
        ))}
      </dl>
      <div aria-hidden="true" className="mt-3 flex h-1.5 gap-0.5 overflow-hidden rounded-full bg-sunken">
        {[
          { count: well, color: 'bg-good' },
          { count: warn, color: 'bg-warn' },
          { count: bad, color: 'bg-bad' },
        ]
          .filter(({ count }) => count > 0)
          .map(({ count, color }) => (
            <div key={color} className={color} style={{ flexGrow: count }} />
          ))}
      </div>
    </>
  );
}
