// A dialog of the browser's own: keeps the focus, closes with Escape.
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button, cx } from './basics';

export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons at the foot. */
  actions?: ReactNode;
  /** While something runs that closing would hide. */
  locked?: boolean;
  wide?: boolean;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (props.open && !element.open) element.showModal();
    if (!props.open && element.open) element.close();
  }, [props.open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!props.locked) props.onClose();
      }}
      onClose={props.onClose}
      className={cx(
        'm-auto max-h-[90dvh] w-[calc(100vw-1.5rem)] overflow-y-auto rounded-card border border-line bg-surface p-5 shadow-lg',
        props.wide ? 'max-w-2xl' : 'max-w-lg',
      )}
    >
      {props.open && (
        <>
          <div className="mb-3 flex items-start justify-between gap-4">
            <h2 id={id} className="text-lg">
              {props.title}
            </h2>
            <Button
              kind="quiet"
              size="small"
              onClick={props.onClose}
              disabled={props.locked}
              aria-label="Close"
            >
              <span aria-hidden="true">✕</span>
            </Button>
          </div>
          {props.children}
          {props.actions && <div className="mt-5 flex flex-wrap justify-end gap-2">{props.actions}</div>}
        </>
      )}
    </dialog>
  );
}
