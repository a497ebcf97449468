// What the colours mean. The colours are the theme's, so they follow it.
import { useEffect, useState } from 'react';
import type { Unit } from '../../chain/queries';
import { coloursOf, type Scale, type Shade } from '../../lib/map-scale';
import { Explain } from '../../ui';
import { classText, formula, METRIC_LABEL, NOTHING_TEXT } from './words';

function shadeNow(): Shade {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** Whether the page is light or dark now. */
function useShade(): Shade {
  const [shade, setShade] = useState(shadeNow);
  useEffect(() => {
    const observer = new MutationObserver(() => setShade(shadeNow()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return shade;
}

export function Legend({ scale, epochs, unit, own }: { scale: Scale; epochs: number; unit: Unit | null; own: boolean }) {
  const colours = coloursOf(useShade(), scale.from.length);
  const units = scale.metric === 'earnings' ? `, in ${unit?.symbol ?? 'tokens'} of ${epochs} epochs` : ', in %';
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-[0.8125rem]">
      <p className="font-medium">
        {METRIC_LABEL[scale.metric]}
        <span className="font-normal text-muted">{units}</span>{' '}
        <Explain label={METRIC_LABEL[scale.metric]}>{formula(scale.metric, epochs)}</Explain>
      </p>
      <ul aria-label="Colours" className="flex flex-wrap items-center gap-x-3.5 gap-y-1">
        <Class colour="var(--surface)" text={NOTHING_TEXT[scale.metric]} />
        {colours.map((colour, at) => (
          <Class key={at} colour={colour} text={classText(scale, at + 1, unit)} />
        ))}
        {own && (
          <li className="inline-flex items-center gap-1.5">
            <Hexagon fill="none" width={2.5} />
            with devices of yours
          </li>
        )}
      </ul>
    </div>
  );
}

function Class({ colour, text }: { colour: string; text: string }) {
  return (
    <li className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Hexagon fill={colour} width={0.9} />
      {text}
    </li>
  );
}

function Hexagon({ fill, width }: { fill: string; width: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4">
      <path d="M8 1.5 13.7 4.8v6.5L8 14.6 2.3 11.3V4.8Z" fill={fill} stroke="currentColor" strokeWidth={width} />
    </svg>
  );
}
