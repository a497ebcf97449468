import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, useState, type ComponentType } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { Crashed, Frame } from './frame/frame';
import { Finding } from './frame/finding';
import { AppProvider, createQueryClient, SettingsProvider, useApplyTheme } from './state';
import { ToastProvider } from './ui';
import { WalletProvider } from './wallet/wallet';
import Overview from './screens/overview';

type Screen = () => Promise<{ default: ComponentType }>;
const screen = (path: string, load: Screen) => ({ path, Component: lazy(load) });

const router = createBrowserRouter(
  [
    {
      path: '/',
      Component: Frame,
      ErrorBoundary: Crashed,
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
  { basename: import.meta.env.BASE_URL },
);

/** The page. */
export function App() {
  const [client] = useState(createQueryClient);
  useApplyTheme();
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
