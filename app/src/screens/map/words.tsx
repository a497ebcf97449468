// The map's figures in words, and the formulas behind them.
import type { ReactNode } from 'react';
import type { MapCell } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format, formatPpm } from '../../lib/amount';
import { ends, type Metric, type Scale } from '../../lib/map-scale';

export const METRIC_LABEL: Record<Metric, string> = {
  coverage: 'Coverage: active of all devices',
  density: 'Reward factor of density',
  earnings: 'Earnings',
};

/** How a metric is computed. */
export function formula(metric: Metric, epochs: number): ReactNode {
  switch (metric) {
    case 'coverage':
      return 'Active devices of the cell ÷ all its devices, rounded down. Active: the oracle accepted a proof of it in the newest closed epoch or since.';
    case 'density':
      return (
        <>
          Mean of the newest density factors of the cell’s devices, rounded down. Where more devices stand than the cell’s limit, each earns
          limit ÷ devices of its points; 100 % where there is room.
        </>
      );
    case 'earnings':
      return `Sum of the cell’s devices’ shares of the last ${epochs} closed epochs. Each class of colour holds about equally many cells, because earnings differ by orders of magnitude.`;
  }
}

/** An amount to read at a glance; the exact one stands in the panel. */
export function tokens(amount: bigint, unit: Unit): string {
  const whole = amount / 10n ** BigInt(unit.decimals);
  const maxFraction = whole >= 100n ? 0 : whole >= 1n ? 2 : 6;
  return format(amount, unit.decimals, { maxFraction });
}

/** A class of the scale: "25 % to 49.9 %", "1.2 to 3.4". */
export function classText(scale: Scale, step: number, unit: Unit | null): string {
  const { from, to } = ends(scale, step);
  if (scale.metric !== 'earnings') {
    if (from === to) return formatPpm(from);
    return from === 1n ? `below ${formatPpm(to + 1n)}` : `${formatPpm(from)} to ${formatPpm(to)}`;
  }
  if (unit === null) return '…';
  const [low, high] = [tokens(from, unit), tokens(to, unit)];
  return low === high ? low : `${low} to ${high}`;
}

/** What a scale calls nothing. */
export const NOTHING_TEXT: Record<Metric, string> = { coverage: 'none active', density: '0 %', earnings: 'nothing' };

/** A cell in one line, for what the pointer is on. */
export function cellLine(cell: MapCell, unit: Unit | null): string {
  const devices = `${cell.devices} ${cell.devices === 1 ? 'device' : 'devices'}, ${cell.active} active`;
  const earned = unit ? ` · ${tokens(BigInt(cell.share), unit)} ${unit.symbol}` : '';
  return `${devices} · factor ${formatPpm(cell.density_ppm)}${earned}`;
}
