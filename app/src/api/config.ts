// How the page finds its oracles and its network.
import { CairnError } from '../lib/errors';
import { isLoopback, type Settings } from '../chain/cluster';
import { getJson, Oracles } from './client';
import type { ConfigView } from './types';

/** `config.json` beside index.html, for a page that no oracle serves. */
export type ConfigFile = { oracles?: string[]; rpc_url?: string; ws_url?: string };
/** What the page found. */
export type Found = { config: ConfigView; oracles: Oracles };

const QUICK_MS = 6_000;

/**
 * Asks the page's own origin, then `config.json`, for oracles; the user's own list goes before both.
 * @throws CairnError `no_oracle` when there is none to ask, `oracle_unreachable` when none answers.
 */
export async function findOracles(origin: string, base: string, settings: Settings): Promise<Found> {
  if (settings.oracles?.length) {
    const oracles = new Oracles(settings.oracles);
    return { oracles, config: await oracles.get<ConfigView>('/v1/config') };
  }
  const own = await getJson<ConfigView>(origin, '/v1/config', QUICK_MS).catch(() => null);
  if (own) return { config: own, oracles: new Oracles([origin, ...reachable(own.oracles, origin)]) };
  const file = await readConfigFile(base);
  if (!file?.oracles?.length) {
    throw new CairnError(
      'no_oracle',
      `neither ${origin} nor a config.json beside this page names an oracle`,
      'name an oracle in the settings',
    );
  }
  const first = new Oracles(file.oracles);
  const config = await first.get<ConfigView>('/v1/config');
  const oracles = new Oracles([...file.oracles, ...reachable(config.oracles, file.oracles[0] as string)]);
  return {
    oracles,
    config: { ...config, rpc_url: file.rpc_url ?? config.rpc_url, ws_url: file.ws_url ?? config.ws_url },
  };
}

/** An oracle on this machine means something else by "localhost" to a page from elsewhere. */
function reachable(urls: readonly string[], from: string): string[] {
  return urls.filter((url) => isLoopback(from) || !isLoopback(url));
}

async function readConfigFile(base: string): Promise<ConfigFile | null> {
  try {
    const response = await fetch(new URL('config.json', base), { signal: AbortSignal.timeout(QUICK_MS) });
    return response.ok ? ((await response.json()) as ConfigFile) : null;
  } catch {
    return null;
  }
}
