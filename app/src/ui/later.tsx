// A part of a screen that is loaded later, and may be missing: its server can be down by then.
import { Component, useState, type ReactNode } from 'react';
import { Button, Notice } from './basics';

/** Reloads the page where its server answers; where not, reloading would lose it: then `away` is true. */
export function useReload(): { reload: () => void; away: boolean } {
  const [away, setAway] = useState(false);
  const reload = () =>
    void fetch(window.location.href, { cache: 'no-store' }).then(
      () => window.location.reload(),
      () => setAway(true),
    );
  return { reload, away };
}

/** Its children, or that `what` could not be loaded. The rest of the screen stays. */
export class Later extends Component<{ what: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Missing what={this.props.what} /> : this.props.children;
  }
}

function Missing({ what }: { what: string }) {
  const { reload, away } = useReload();
  return (
    <Notice
      tone="warn"
      live
      title={`${what} could not be loaded`}
      actions={
        <Button size="small" onClick={reload}>
          Reload
        </Button>
      }
    >
      {away ? `${window.location.host} still does not answer.` : `${window.location.host} did not answer.`} The rest of this
      screen works without.
    </Notice>
  );
}
