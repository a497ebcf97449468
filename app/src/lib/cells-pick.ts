// Positions as H3 cells, as the CLI makes them: resolution 12, about 11 m from edge to edge.
import { cellToLatLng, getResolution, isValidCell, latLngToCell } from 'h3-js';
import { CairnError } from './errors';

/** Resolution of asserted locations. */
export const CELL_RESOLUTION = 12;
export type Position = { latitude: number; longitude: number };

function degrees(text: string, name: string, most: number): number {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(trimmed) || Math.abs(value) > most) {
    throw new CairnError('invalid_position', `${name} \`${trimmed}\` is not between −${most} and ${most} degrees`, 'give latitude and longitude in degrees, such as 51.0504 and 13.7373');
  }
  // Tenths of a millionth of a degree, as the CLI reads them: 1 cm.
  return Math.round(value * 1e7) / 1e7;
}

/** Reads a position in degrees. @throws CairnError `invalid_position` */
export function readPosition(latitude: string, longitude: string): Position {
  return { latitude: degrees(latitude, 'latitude', 90), longitude: degrees(longitude, 'longitude', 180) };
}

/** The cell of a position, as the registry stores it. */
export function cellOf({ latitude, longitude }: Position): bigint {
  return BigInt(`0x${latLngToCell(latitude, longitude, CELL_RESOLUTION)}`);
}

/** A stored cell as H3's text; null for none. */
export function cellText(cell: bigint): string | null {
  return cell === 0n ? null : cell.toString(16);
}

/** The middle of a stored cell; null when it is none. */
export function cellCentre(cell: bigint): Position | null {
  const text = cellText(cell);
  if (text === null || !isValidCell(text) || getResolution(text) < 8) return null;
  const [latitude, longitude] = cellToLatLng(text);
  return { latitude, longitude };
}
