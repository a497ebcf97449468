// Several oracles of one pool: each question goes to the first that answers.
import { CairnError } from '../lib/errors';
import type { ErrorBody } from './types';

/** How long an oracle has to answer. */
export const TIMEOUT_MS = 15_000;
/** How often, and for how long, an oracle that is down is asked whether it is back. */
const PROBE_EVERY_MS = 5_000;
const PROBE_TIMEOUT_MS = 4_000;

/** Which oracles answer. `at` is when that was last seen, unix milliseconds. */
export type OracleHealth = { url: string; up: boolean; at: number; problem?: string };
export type OraclesState = {
  /** The oracle that answered last; null before the first answer and while none answers. */
  active: string | null;
  /** Those that were asked, in order of preference. */
  oracles: readonly OracleHealth[];
  /** How many there are to ask. */
  total: number;
};

/** The oracles of one pool. An oracle that answers with an error has answered; only one that cannot be
 * reached, or says that it is not ready, is passed over. */
export class Oracles {
  readonly urls: readonly string[];
  #state: OraclesState;
  readonly #down = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(
    urls: readonly string[],
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    this.urls = [...new Set(urls.map((url) => url.replace(/\/+$/, '')))];
    this.#state = { active: null, oracles: [], total: this.urls.length };
  }

  /** What is known of each oracle; the same object until it changes. */
  state = (): OraclesState => this.#state;

  /** Calls `listener` whenever the state changes, until the returned function is called. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Addresses in the order in which they are asked: those that are down come last. */
  order(): string[] {
    const isDown = (url: string) => this.#down.has(url);
    return [...this.urls.filter((url) => !isDown(url)), ...this.urls.filter(isDown)];
  }

  /** Asks those that are down whether they are back, again and again, until the returned function is called. */
  probe(everyMs = PROBE_EVERY_MS): () => void {
    const ask = (url: string) =>
      getJson<unknown>(url, '/v1/status', PROBE_TIMEOUT_MS).then(
        () => this.markUp(url),
        // Still down: that is known.
        () => undefined,
      );
    const timer = setInterval(() => this.#down.forEach((url) => void ask(url)), everyMs);
    return () => clearInterval(timer);
  }

  /** Says that an oracle answered. */
  markUp(url: string): void {
    this.#down.delete(url);
    this.#note({ url, up: true, at: Date.now() }, url);
  }

  /** Says that an oracle does not answer. */
  markDown(url: string, problem: string): void {
    this.#down.add(url);
    const active = this.#state.active === url ? null : this.#state.active;
    this.#note({ url, up: false, at: Date.now(), problem }, active);
  }

  #note(health: OracleHealth, active: string | null): void {
    const before = this.#state.oracles.find((one) => one.url === health.url);
    const same =
      before?.up === health.up && before.problem === health.problem && active === this.#state.active;
    if (same) return;
    const known = new Map(this.#state.oracles.map((one) => [one.url, one]));
    known.set(health.url, health);
    const oracles = this.urls.flatMap((url) => known.get(url) ?? []);
    this.#state = { active, oracles, total: this.urls.length };
    for (const listener of this.#listeners) listener();
  }

  /**
   * `GET path` from the first oracle that answers.
   * @throws CairnError as the oracle said it, or `oracle_unreachable`, or `no_oracle`.
   */
  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    if (this.urls.length === 0) {
      throw new CairnError(
        'no_oracle',
        'no oracle is known',
        'name one in the settings (the gear in the header)',
      );
    }
    const problems: string[] = [];
    for (const url of this.order()) {
      try {
        const answer = await getJson<T>(url, path, this.timeoutMs, signal);
        this.markUp(url);
        return answer;
      } catch (error) {
        if (signal?.aborted) throw error;
        if (error instanceof CairnError && error.code === 'not_ready') {
          problems.push(`${url}: ${error.message}`);
          this.markDown(url, error.message);
        } else if (error instanceof CairnError && error.code !== 'oracle_unreachable') {
          this.markUp(url);
          throw error;
        } else {
          const reason = error instanceof Error ? error.message : String(error);
          problems.push(`${url}: ${reason}`);
          this.markDown(url, reason);
        }
      }
    }
    throw new CairnError(
      'oracle_unreachable',
      `no oracle answered: ${problems.join('; ')}`,
      'check your connection; the page tries again by itself',
    );
  }
}

/**
 * `GET path` from one oracle.
 * @throws CairnError: the oracle's own, `oracle_error` for an answer that is none, or `oracle_unreachable`.
 */
export async function getJson<T>(
  url: string,
  path: string,
  timeoutMs = TIMEOUT_MS,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let body: string;
  try {
    response = await fetch(`${url}${path}`, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    body = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const why = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : 'it cannot be reached';
    throw new CairnError('oracle_unreachable', why, 'check that it runs and lets this page ask', { cause });
  }
  const said = parseJson(body);
  if (response.ok && said !== undefined) return said as T;
  if (isErrorBody(said)) throw new CairnError(said.error.code, said.error.message, said.error.hint);
  throw new CairnError(
    // A server in front of a dead oracle answers so.
    [502, 503, 504].includes(response.status) ? 'oracle_unreachable' : 'oracle_error',
    `${url}${path} answered ${response.status}${response.ok ? ' with something else than JSON' : ''}`,
    'check that this is a Cairn oracle',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isErrorBody(said: unknown): said is ErrorBody {
  const error = (said as { error?: { code?: unknown } } | null | undefined)?.error;
  return typeof error === 'object' && error !== null && typeof error.code === 'string';
}
