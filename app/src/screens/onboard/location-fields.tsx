// A position in degrees, as the cell that the registry stores.
import { cellOf, cellText, readPosition, type Position } from '../../lib/cells-pick';
import { asCairnError } from '../../lib/errors';
import { Button, Explain, Field, useToast } from '../../ui';

/** The position of two texts; null while they are none, with why. */
export function positionOf(latitude: string, longitude: string): { position: Position | null; error: string | null } {
  if (latitude.trim() === '' && longitude.trim() === '') return { position: null, error: null };
  try {
    return { position: readPosition(latitude, longitude), error: null };
  } catch (error) {
    const { message, hint } = asCairnError(error);
    return { position: null, error: `${message}: ${hint}.` };
  }
}

export function LocationFields(props: { latitude: string; longitude: string; onChange: (latitude: string, longitude: string) => void }) {
  const { latitude, longitude, onChange } = props;
  const toast = useToast();
  const { position, error } = positionOf(latitude, longitude);
  const here = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onChange(coords.latitude.toFixed(7), coords.longitude.toFixed(7)),
      (reason) => toast(`The browser gives no position: ${reason.message}`, 'warn'),
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  return (
    <fieldset className="space-y-3">
      <legend className="sr-only">Location</legend>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field label="Latitude, in degrees" value={latitude} onChange={(text) => onChange(text, longitude)} inputMode="decimal" placeholder="51.0504" />
        <Field label="Longitude, in degrees" value={longitude} onChange={(text) => onChange(latitude, text)} inputMode="decimal" placeholder="13.7373" />
      </div>
      {error && (
        <p role="alert" className="text-[0.8125rem] text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3 text-sm">
        {'geolocation' in navigator && (
          <Button size="small" onClick={here}>
            Where I am
          </Button>
        )}
        {position && (
          <span>
            Cell <code>{cellText(cellOf(position))}</code>{' '}
            <Explain label="the cell">
              The H3 cell of resolution 12 around the position, about 11 m from edge to edge. That is all that is stored: public, and for
              good in the chain’s history.
            </Explain>
          </span>
        )}
      </div>
    </fieldset>
  );
}
