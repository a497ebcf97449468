// What a pool promised, paid, may still promise, and what was burned; as programs/rewards computes it.
import type { CreditMarket, OracleSet, Pool } from '../generated/rewards/accounts';
import type { CreditTerms, Splits } from '../generated/rewards/types';
import { emittedThrough, type EmissionTable } from './emission';
import { hasBit } from './epochs';

/** {@link Pool} `mode`: the pool mints at finalization. */
export const MODE_MINT = 1;
const MAX_U64 = (1n << 64n) - 1n;

/** The pool's emission table, without the unused places. */
export function tableOf(pool: Pick<Pool, 'steps' | 'stepCount' | 'foldedEpoch' | 'foldedEmitted'>): EmissionTable {
  const { foldedEpoch, foldedEmitted } = pool;
  return { foldedEpoch, foldedEmitted, steps: pool.steps.slice(0, pool.stepCount) };
}

/** How the emission of an epoch is divided. */
export function splitsAt(pool: Pick<Pool, 'splits' | 'pendingSplits' | 'pendingSplitsEpoch'>, epoch: bigint): Splits {
  return pool.pendingSplitsEpoch !== 0n && epoch >= pool.pendingSplitsEpoch ? pool.pendingSplits : pool.splits;
}

/** Tokens that may be minted again because they were burned in epochs up to `epoch`. */
export function remintThrough(
  pool: Pick<Pool, 'mode' | 'burns' | 'remintFolded' | 'remintFoldedEpoch'>,
  epoch: bigint,
): bigint {
  if (pool.mode !== MODE_MINT) return 0n;
  const folded = epoch >= pool.remintFoldedEpoch ? pool.remintFolded : 0n;
  return pool.burns.filter((burn) => burn.epoch <= epoch).reduce((sum, burn) => sum + burn.remint, folded);
}

/** Tokens that may be promised up to `epoch` over the pool's life; what exceeds 64 bits is no bound. */
export function allowedThrough(pool: Pool, epoch: bigint): bigint {
  const all = (emittedThrough(tableOf(pool), epoch) ?? MAX_U64) + remintThrough(pool, epoch);
  return all > MAX_U64 ? MAX_U64 : all;
}

/** What a pool promised and paid over its life. */
export type Books = { name: 'operators' | 'delegators' | 'oracles' | 'treasury'; promised: bigint; paid: bigint }[];

export function booksOf(pool: Pool): Books {
  return [
    { name: 'operators', promised: pool.rootSum, paid: pool.claimedTotal },
    { name: 'delegators', promised: pool.delegatorsTotal, paid: pool.delegatorsPaid },
    { name: 'oracles', promised: pool.oraclesTotal, paid: pool.oraclesPaid },
    { name: 'treasury', promised: pool.treasuryTotal, paid: pool.treasuryPaid },
  ];
}

/** The epoch that lasts at `nowS`; 0 before the first. */
export function poolEpochAt(pool: Pick<Pool, 'genesisAt' | 'epochSeconds'>, nowS: number): bigint {
  const since = BigInt(Math.floor(nowS)) - pool.genesisAt;
  return since < 0n ? 0n : since / BigInt(pool.epochSeconds);
}

/** First second of an epoch, unix seconds. */
export function poolEpochStart(pool: Pick<Pool, 'genesisAt' | 'epochSeconds'>, epoch: bigint): number {
  return Number(pool.genesisAt + epoch * BigInt(pool.epochSeconds));
}

/** The market's terms in force at `timeS`. */
export function creditTermsAt(
  market: Pick<CreditMarket, 'terms' | 'pendingTerms' | 'pendingTermsAt'>,
  timeS: number,
): CreditTerms {
  return market.pendingTermsAt !== 0n && BigInt(timeS) >= market.pendingTermsAt ? market.pendingTerms : market.terms;
}

/** What the oracles say that the token is worth. */
export type Price = {
  /** Credits × 10⁹ per smallest unit; null when fewer oracles than the threshold reported lately. */
  price: bigint | null;
  /** Reports that count. */
  fresh: number;
  /** When the newest of them was made, unix seconds. */
  newestAtS: number | null;
};

/** The lower median of what today's oracles reported lately: what credits cost at `nowS`. */
export function priceNow(
  market: CreditMarket,
  set: Pick<OracleSet, 'oracles' | 'active' | 'threshold'>,
  nowS: number,
): Price {
  const oldest = BigInt(nowS) - BigInt(creditTermsAt(market, nowS).maxReportAgeSeconds);
  const fresh = market.reports.filter(
    (report, place) =>
      report.price > 0n && report.at >= oldest && report.oracle === set.oracles[place] && hasBit(set.active, place),
  );
  const prices = fresh.map((report) => report.price).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    price: prices.length >= set.threshold ? (prices[(prices.length - 1) >> 1] ?? null) : null,
    fresh: fresh.length,
    newestAtS: fresh.length === 0 ? null : Number(fresh.reduce((newest, one) => (one.at > newest ? one.at : newest), 0n)),
  };
}

/** What was burned in one epoch, and how much of it may be minted again. */
export function burnOf(pool: Pick<Pool, 'burns'>, epoch: bigint): { burned: bigint; remint: bigint } {
  const found = pool.burns.find((burn) => burn.epoch === epoch && burn.burned > 0n);
  return { burned: found?.burned ?? 0n, remint: found?.remint ?? 0n };
}
