// What surrounds every screen: navigation, wallet, and whether everything answers.
import { Suspense, useEffect, useRef, useState } from 'react';
import {
  isRouteErrorResponse,
  Outlet,
  ScrollRestoration,
  useLocation,
  useRouteError,
  useSearchParams,
} from 'react-router';
import { useLive } from '../api/queries';
import { CairnError } from '../lib/errors';
import { Address, Button, cx, Failed, Loading, Mark, Notice, ScreenLink, ScreenNavLink, useReload } from '../ui';
import { useViewed } from '../wallet/operator';
import { WalletButton } from '../wallet/picker';
import { Icon, type IconName } from './icons';
import { ClusterButton, SettingsDialog, ThemeButton } from './settings';
import { Banners, LiveStatusText } from './status';

const SCREENS: { to: string; label: string; icon: IconName }[] = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/devices', label: 'Devices', icon: 'devices' },
  { to: '/map', label: 'Map', icon: 'map' },
  { to: '/rewards', label: 'Rewards', icon: 'rewards' },
  { to: '/stake', label: 'Stake', icon: 'stake' },
  { to: '/network', label: 'Network', icon: 'network' },
  { to: '/onboard', label: 'Onboard', icon: 'onboard' },
];

export function Frame() {
  const { operator, watching } = useViewed();
  const live = useLive(operator);
  const [settings, setSettings] = useState(false);
  const main = useFocusOnNavigation();
  const [search, setSearch] = useSearchParams();
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-bg/95 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-3 sm:gap-5 sm:px-5">
          <ScreenLink
            to="/"
            className="flex items-center gap-2 font-semibold tracking-tight"
            aria-label="Cairn, overview"
          >
            <Mark />
            <span className="max-sm:sr-only">Cairn</span>
          </ScreenLink>
          <nav aria-label="Screens" className="hidden min-w-0 flex-1 lg:block">
            <ul className="flex gap-0.5">
              {SCREENS.map(({ to, label }) => (
                <li key={to}>
                  <ScreenNavLink
                    to={to}
                    className={({ isActive }) =>
                      cx(
                        'block rounded-lg px-3 py-1.5 text-sm font-medium',
                        isActive ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-ink',
                      )
                    }
                  >
                    {label}
                  </ScreenNavLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className="ml-auto flex items-center gap-2">
            <LiveStatusText live={live} />
            <ClusterButton onClick={() => setSettings(true)} />
            <ThemeButton />
            <Button
              kind="quiet"
              className="!px-2"
              onClick={() => setSettings(true)}
              aria-haspopup="dialog"
              aria-label="Settings"
            >
              <Icon name="settings" />
            </Button>
            <WalletButton />
          </div>
        </div>
      </header>
      <ScrollRestoration />
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className="mx-auto max-w-7xl px-3 py-5 pb-24 outline-none sm:px-5 lg:pb-10"
      >
        <Banners live={live} openSettings={() => setSettings(true)} />
        {watching && operator && (
          <div className="mb-4">
            <Notice
              tone="accent"
              actions={
                <Button
                  size="small"
                  onClick={() => {
                    const next = new URLSearchParams(search);
                    next.delete('operator');
                    setSearch(next);
                  }}
                >
                  Back to mine
                </Button>
              }
            >
              You are only looking at this page. To act for it, connect its wallet: <Address address={operator} />
            </Notice>
          </div>
        )}
        <Suspense fallback={<Loading lines={6} label="Loading the screen" />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar />
      <SettingsDialog open={settings} onClose={() => setSettings(false)} />
    </>
  );
}

/** Another screen begins at its top, for the keyboard too. */
function useFocusOnNavigation() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/** The navigation of a phone: what fits, and the rest behind "More". */
function BottomBar() {
  const { pathname } = useLocation();
  const [more, setMore] = useState(false);
  const item =
    'flex min-h-14 w-full flex-col items-center justify-center gap-0.5 text-[0.6875rem] font-medium';
  const link = ({ to, label, icon }: (typeof SCREENS)[number]) => (
    <ScreenNavLink
      to={to}
      onClick={() => setMore(false)}
      className={({ isActive }) => cx(item, isActive ? 'text-accent' : 'text-muted')}
    >
      <Icon name={icon} />
      {label}
    </ScreenNavLink>
  );
  const rest = SCREENS.slice(4);
  const inRest = rest.some(({ to }) => pathname.startsWith(to));
  return (
    <nav
      aria-label="Screens"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {more && (
        <ul className="grid grid-cols-3 border-b border-line">
          {rest.map((screen) => (
            <li key={screen.to}>{link(screen)}</li>
          ))}
        </ul>
      )}
      <ul className="grid grid-cols-5">
        {SCREENS.slice(0, 4).map((screen) => (
          <li key={screen.to}>{link(screen)}</li>
        ))}
        <li>
          <button
            type="button"
            aria-expanded={more}
            onClick={() => setMore(!more)}
            className={cx(item, inRest || more ? 'text-accent' : 'text-muted')}
          >
            <Icon name="more" />
            More
          </button>
        </li>
      </ul>
    </nav>
  );
}

/** A part of the page that cannot be loaded: its server is down, or has a newer version. */
const MISSING_PART = /import|module|fetch/i;

/** What broke a screen, as it is shown. */
function whatBroke(error: unknown): unknown {
  if (error instanceof TypeError && MISSING_PART.test(error.message)) {
    return new CairnError(
      'page_outdated',
      'a part of this page could not be loaded',
      `reload: ${window.location.host} may have been down, or has a newer version`,
    );
  }
  return isRouteErrorResponse(error)
    ? new CairnError('failed', `${error.status} ${error.statusText}`, 'go back to the overview')
    : error;
}

/** A screen that broke: a bug of this page, or a part that could not be loaded. The others still work. */
export function Broken() {
  const error = useRouteError();
  const { reload, away } = useReload();
  return (
    <>
      <h1 className="mb-4">This screen broke</h1>
      <Failed error={whatBroke(error)} retry={reload} title="Something went wrong" />
      {away && (
        <p role="status" className="mt-3 text-sm text-muted">
          {window.location.host} still does not answer. Try again when it does; the screens that are loaded work
          with the other oracles meanwhile.
        </p>
      )}
    </>
  );
}

/** The frame itself broke. */
export function Crashed() {
  const error = useRouteError();
  return (
    <main className="mx-auto max-w-xl p-5">
      <h1 className="mb-4">This page broke</h1>
      <Failed error={whatBroke(error)} retry={() => window.location.reload()} title="Something went wrong" />
    </main>
  );
}
