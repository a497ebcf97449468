// An explanation on a figure: for mouse, keyboard and touch alike.
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { cx } from './basics';

/**
 * A little "i" beside something that says how it is computed. Opens on hover, focus and touch, closes with Escape.
 * `label` names the button: "About claimable now".
 */
export function Explain({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip
      content={children}
      label={`About ${label}`}
      className="inline-flex size-5 -my-1 items-center justify-center rounded-full text-muted hover:text-ink"
    >
      <svg aria-hidden="true" viewBox="0 0 16 16" className="size-3.5">
        <circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M8 7v4.2M8 4.6v.2" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />
      </svg>
    </Tooltip>
  );
}

/** Something with an explanation that opens on hover, focus and touch. The children are the button's face. */
export function Tooltip(props: {
  content: ReactNode;
  children: ReactNode;
  label?: string;
  className?: string;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open || !button.current || !bubble.current) return undefined;
    const place = () => {
      const at = button.current?.getBoundingClientRect();
      const box = bubble.current;
      if (!at || !box) return;
      const width = Math.min(320, window.innerWidth - 16);
      box.style.maxWidth = `${width}px`;
      const left = Math.max(
        8,
        Math.min(at.left + at.width / 2 - box.offsetWidth / 2, window.innerWidth - box.offsetWidth - 8),
      );
      const above = at.top - box.offsetHeight - 8;
      box.style.left = `${left}px`;
      box.style.top = `${above > 8 ? above : at.bottom + 8}px`;
    };
    place();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // Closes this, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    };
    window.addEventListener('scroll', place, true);
    window.addEventListener('keydown', onKey, true);
    return () => {
      window.removeEventListener('scroll', place, true);
      window.removeEventListener('keydown', onKey, true);
    };
  }, [open]);
  return (
    <span
      // Text stands on the line that it is part of.
      className={cx('relative inline-flex', props.label ? 'align-middle' : 'align-baseline')}
      onMouseEnter={() => setOpen(true)}
      onMouseLeave={() => setOpen(false)}
    >
      <button
        ref={button}
        type="button"
        aria-label={props.label}
        aria-describedby={id}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        className={cx(
          'cursor-help',
          props.className ?? 'rounded text-left decoration-dotted underline-offset-4 hover:underline',
        )}
      >
        {props.children}
      </button>
      <span
        ref={bubble}
        id={id}
        role="tooltip"
        hidden={!open}
        className="fixed z-50 w-max rounded-lg bg-ink px-3 py-2 text-left text-[0.8125rem] leading-snug font-normal tracking-normal whitespace-normal text-bg shadow-lg"
      >
        {props.content}
      </span>
    </span>
  );
}
