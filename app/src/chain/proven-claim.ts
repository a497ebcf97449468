// A claim whose proof was checked in this browser against the root that the chain has.
import type { Address } from '@solana/kit';
import { getJson, type Oracles } from '../api/client';
import type { ClaimView, EpochView } from '../api/types';
import type { Pool } from '../generated/rewards/accounts';
import { asCairnError, CairnError } from '../lib/errors';
import { claimIsProven } from '../lib/proof';
import { get, KINDS, type Found } from './accounts';
import type { Chain } from './cluster';

/** How long to wait for an oracle to serve the root that has just become active: it reads the chain at
 * `finalized`, some 13 s behind. */
const SERVE_TIMEOUT_MS = 45_000;

/** A claim whose proof leads to the root that the chain has. */
export type Proven = { view: ClaimView; pool: Found<Pool> };

/**
 * Asks the oracles for the operator's leaf until one's proof leads to the pool's active root on chain.
 * @throws CairnError `nothing_earned`, `proof_invalid`, `oracle_unreachable`, or the chain's.
 */
export async function provenClaim(
  chain: Chain,
  oracles: Oracles,
  poolAddress: Address,
  operator: Address,
  timeoutMs = SERVE_TIMEOUT_MS,
): Promise<Proven> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const pool = await get(chain, KINDS.pool, poolAddress);
    if (pool.data.leafCount === 0) throw nothingEarned(operator);
    const { view, unknown, wrong, down } = await askEach(oracles, pool, poolAddress, operator);
    if (view) return { view, pool };
    if (unknown && (await servesRoot(unknown, pool.data.rootEpoch))) throw nothingEarned(operator);
    if (Date.now() > deadline) {
      if (wrong) throw proofInvalid(operator, wrong.epoch, pool.data.rootEpoch);
      throw down ?? nothingEarned(operator);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

type Asked = { view?: ClaimView; wrong?: ClaimView; unknown?: string; down?: CairnError };

async function askEach(
  oracles: Oracles,
  pool: Found<Pool>,
  poolAddress: Address,
  operator: Address,
): Promise<Asked> {
  const root = { hash: Uint8Array.from(pool.data.root), sum: pool.data.rootSum };
  const asked: Asked = {};
  for (const url of oracles.order()) {
    try {
      const view = await getJson<ClaimView>(url, `/v1/operators/${operator}/claim`);
      oracles.markUp(url);
      if (claimIsProven(view, poolAddress, operator, root)) return { view };
      asked.wrong = view;
    } catch (error) {
      const known = asCairnError(error);
      if (known.code === 'operator_unknown') asked.unknown = url;
      else if (known.code === 'oracle_unreachable' || known.code === 'not_ready') {
        oracles.markDown(url, known.message);
        asked.down = known;
      } else throw known;
    }
  }
  return asked;
}

async function servesRoot(url: string, epoch: bigint): Promise<boolean> {
  try {
    return (await getJson<EpochView>(url, `/v1/epochs/${epoch}`)).state === 'finalized';
  } catch {
    // It cannot tell now; the next round asks again.
    return false;
  }
}

export function nothingEarned(operator: Address): CairnError {
  return new CairnError(
    'nothing_earned',
    `operator ${operator} has earned nothing in a finalized epoch`,
    'wait for the next epoch; the Network screen shows them',
  );
}

function proofInvalid(operator: Address, served: number, active: bigint): CairnError {
  return new CairnError(
    'proof_invalid',
    `the oracles' proofs for ${operator} (epoch ${served}) do not lead to the pool's active root (epoch ${active})`,
    'nothing was sent; try again in a minute, or name another oracle in the settings',
  );
}
