import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, useEffect, useState, type ComponentType } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { Broken, Crashed, Frame } from './frame/frame';
import { Finding } from './frame/finding';
import { AppProvider, createQueryClient, SettingsProvider, useApplyTheme } from './state';
import { ToastProvider } from './ui';
import { WalletProvider } from './wallet/wallet';
import Overview from './screens/overview';

type Screen = () => Promise<{ default: ComponentType }>;
/** What is loaded ahead: the screens, and a chart of one; not the map's large drawing part. */
const ahead: (() => Promise<unknown>)[] = [() => import('./screens/network/emission-chart')];
const screen = (path: string, load: Screen) => {
  ahead.push(load);
  return { path, Component: lazy(load) };
};

const router = createBrowserRouter(
  [
    {
      path: '/',
      Component: Frame,
      ErrorBoundary: Crashed,
      children: [
        {
          // A screen that breaks leaves the frame standing.
          ErrorBoundary: Broken,
          children: [
            { index: true, Component: Overview },
            screen('devices', () => import('./screens/devices')),
            screen('devices/:device', () => import('./screens/devices/device')),
            screen('map', () => import('./screens/map')),
            screen('rewards', () => import('./screens/rewards')),
            screen('stake', () => import('./screens/stake')),
            screen('network', () => import('./screens/network')),
            screen('network/epochs/:epoch', () => import('./screens/network/epoch')),
            screen('onboard', () => import('./screens/onboard')),
            screen('*', () => import('./screens/not-found')),
          ],
        },
      ],
    },
  ],
  { basename: import.meta.env.BASE_URL },
);

/** The page. */
export function App() {
  const [client] = useState(createQueryClient);
  useApplyTheme();
  useScreensAhead();
  return (
    <QueryClientProvider client={client}>
      <SettingsProvider>
        <AppProvider fallback={(state) => <Finding {...state} />}>
          <WalletProvider>
            <ToastProvider>
              <RouterProvider router={router} />
            </ToastProvider>
          </WalletProvider>
        </AppProvider>
      </SettingsProvider>
    </QueryClientProvider>
  );
}

/**
 * Loads the screens when the browser has nothing else to do: the oracle that served the page may be down when
 * one of them is opened.
 */
function useScreensAhead() {
  useEffect(() => {
    let cancelled = false;
    const load = async () => {
      for (const one of ahead) {
        if (cancelled) return;
        // Opening the screen asks again, and says what is wrong.
        await one().catch(() => undefined);
      }
    };
    if (typeof requestIdleCallback === 'function') {
      const idle = requestIdleCallback(() => void load(), { timeout: 5_000 });
      return () => {
        cancelled = true;
        cancelIdleCallback(idle);
      };
    }
    const timer = setTimeout(() => void load(), 2_000);
    return () => {
      cancelled = true;
      clearTimeout(timer);
    };
  }, []);
}
