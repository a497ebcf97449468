// The oracles' answers as react-query hooks. Keys: ['api', what, …]; the live feed invalidates by them.
import { useQuery, useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { asCairnError } from '../lib/errors';
import { useApp } from '../state';
import { useKeptError } from './kept-error';
import { Live, type LiveState } from './live';
import type {
  CellView,
  ClaimView,
  DeviceList,
  DeviceView,
  EpochList,
  EpochView,
  Explanation,
  LeavesDocument,
  LiveMessage,
  MapView,
  OperatorView,
  StatusView,
  VerdictList,
} from './types';

type Options = { enabled?: boolean };

function useApi<T>(key: readonly unknown[], path: string, options: Options = {}): UseQueryResult<T> {
  const { oracles } = useApp();
  return useKeptError(useQuery({
    queryKey: ['api', ...key],
    queryFn: ({ signal }) => oracles.get<T>(path, signal),
    ...options,
  }));
}

/** `GET /v1/operators/{wallet}`: what it earned, by epoch. Nothing is asked while `operator` is null. */
export const useOperator = (operator: string | null, epochs = 30) =>
  useApi<OperatorView>(['operator', operator, epochs], `/v1/operators/${operator}?epochs=${epochs}`, {
    enabled: operator !== null,
  });

/** `GET /v1/operators/{wallet}/devices`. */
export const useOperatorDevices = (operator: string | null, epochs = 30) =>
  useApi<DeviceList>(['devices', operator, epochs], `/v1/operators/${operator}/devices?epochs=${epochs}`, {
    enabled: operator !== null,
  });

/** `GET /v1/operators/{wallet}/claim`; null when it has earned nothing in a finalized epoch. */
export function useClaimView(operator: string | null): UseQueryResult<ClaimView | null> {
  const { oracles } = useApp();
  return useKeptError(useQuery({
    queryKey: ['api', 'claim', operator],
    queryFn: ({ signal }) =>
      oracles.get<ClaimView>(`/v1/operators/${operator}/claim`, signal).catch((error: unknown) => {
        if (asCairnError(error).code === 'operator_unknown') return null;
        throw error;
      }),
    enabled: operator !== null,
  }));
}

/** `GET /v1/devices/{device}`. */
export const useDevice = (device: string, epochs = 30) =>
  useApi<DeviceView>(['device', device, epochs], `/v1/devices/${device}?epochs=${epochs}`);

/** `GET /v1/devices/{device}/epochs/{n}`: the paystub. */
export const useExplanation = (device: string, epoch: number | null) =>
  useApi<Explanation>(['explanation', device, epoch], `/v1/devices/${device}/epochs/${epoch}`, {
    enabled: epoch !== null,
  });

/** `GET /v1/epochs`, newest first. */
export const useEpochs = (limit = 100, before?: number) =>
  useApi<EpochList>(
    ['epochs', limit, before ?? null],
    `/v1/epochs?limit=${limit}${before === undefined ? '' : `&before=${before}`}`,
  );

/** `GET /v1/epochs/{n}`. */
export const useEpoch = (epoch: number | null) =>
  useApi<EpochView>(['epoch', epoch], `/v1/epochs/${epoch}`, { enabled: epoch !== null });

/** `GET /v1/epochs/{n}/verdicts`. */
export const useVerdicts = (epoch: number | null) =>
  useApi<VerdictList>(['verdicts', epoch], `/v1/epochs/${epoch}/verdicts`, { enabled: epoch !== null });

/** `GET /v1/epochs/{n}/leaves`: every operator's total; may be large. */
export const useLeaves = (epoch: number | null) =>
  useApi<LeavesDocument>(['leaves', epoch], `/v1/epochs/${epoch}/leaves`, { enabled: epoch !== null });

/** `GET /v1/status` of the oracle that answers. */
export const useStatus = () => useApi<StatusView>(['status'], '/v1/status');

/** `GET /v1/map`. */
export const useMap = (resolution: number) =>
  useApi<MapView>(['map', resolution], `/v1/map?resolution=${resolution}`);

/** `GET /v1/map/{cell}`. */
export const useCell = (cell: string | null) =>
  useApi<CellView>(['cell', cell], `/v1/map/${cell}`, { enabled: cell !== null });

/** Keys of the answers that a live message makes old. */
export function outdated(message: LiveMessage): readonly (readonly unknown[])[] {
  switch (message.type) {
    case 'hello':
      return [];
    case 'epoch':
      return [
        ['epochs'],
        ['epoch'],
        ['operator'],
        ['devices'],
        ['device'],
        ['status'],
        ['verdicts'],
        ['map'],
        ['cell'],
      ];
    case 'root':
      return [['operator'], ['claim'], ['epochs'], ['status'], ['explanation']];
    case 'proofs':
      return [['status']];
    case 'device':
      return [['devices'], ['device', message.device]];
    case 'registry':
      return [['devices'], ['device'], ['operator'], ['map'], ['cell']];
    default:
      // A newer oracle says more than this page knows.
      return [];
  }
}

/** At most so often is one answer asked for again because of the feed: by what happens once an epoch, and by proofs. */
const GATHER_MS = 400;
const GATHER_PROOFS_MS = 5_000;

/** Keeps the page current by the live feed; returns whether it is connected. Used once, by the frame. */
export function useLive(operator: string | null, onMessage?: (message: LiveMessage) => void): LiveState {
  const { oracles } = useApp();
  const client = useQueryClient();
  const [live] = useState(() => ({ current: null as Live | null }));
  const [state, setState] = useState<LiveState>({ status: 'connecting', url: null, sinceMs: 0 });
  useEffect(() => {
    const gather = gathered(client, GATHER_MS);
    const gatherProofs = gathered(client, GATHER_PROOFS_MS);
    const connection = new Live(oracles, operator, (message) => {
      const often = message.type === 'proofs' || message.type === 'device';
      (often ? gatherProofs : gather)(outdated(message));
      if (message.type === 'root' || message.type === 'registry')
        void client.invalidateQueries({ queryKey: ['chain'] });
      liveLog.add(message);
      onMessage?.(message);
    });
    live.current = connection;
    const stop = connection.subscribe(() => {
      setState(connection.state());
      // What was missed meanwhile.
      if (connection.state().status === 'live') void client.invalidateQueries({ queryKey: ['api'] });
    });
    connection.open();
    const stopProbing = oracles.probe();
    return () => {
      stop();
      stopProbing();
      connection.close();
    };
  }, [oracles, operator, client, live, onMessage]);
  return state;
}

function gathered(client: QueryClient, everyMs: number): (keys: readonly (readonly unknown[])[]) => void {
  const waiting = new Map<string, readonly unknown[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (keys) => {
    for (const key of keys) waiting.set(JSON.stringify(key), key);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const key of waiting.values()) void client.invalidateQueries({ queryKey: ['api', ...key] });
      waiting.clear();
    }, everyMs);
  };
}

/** The newest message of each kind, for screens that show them. */
class LiveLog {
  #last: Partial<Record<LiveMessage['type'], LiveMessage>> = {};
  readonly #listeners = new Set<() => void>();
  add(message: LiveMessage): void {
    this.#last = { ...this.#last, [message.type]: message };
    for (const listener of this.#listeners) listener();
  }
  last = () => this.#last;
  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
const liveLog = new LiveLog();

/** The newest message of a kind of the live feed; undefined before the first. */
export function useLiveMessage<T extends LiveMessage['type']>(
  type: T,
): Extract<LiveMessage, { type: T }> | undefined {
  const last = useSyncExternalStore(liveLog.subscribe, liveLog.last);
  return last[type] as Extract<LiveMessage, { type: T }> | undefined;
}
