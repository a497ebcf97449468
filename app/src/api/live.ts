// The oracles' live feed: one WebSocket, reconnected with backoff, to another oracle when one is gone.
import type { Oracles } from './client';
import type { LiveMessage } from './types';

export type LiveStatus = 'connecting' | 'live' | 'offline';
export type LiveState = { status: LiveStatus; url: string | null; sinceMs: number };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A connection that is not open after this long counts as failed. */
const OPEN_TIMEOUT_MS = 8_000;
/** The server pings every 15 s, which a page does not see; a feed this silent is checked by a new connection. */
const SILENCE_MS = 120_000;

/** The live feed of one operator, or of the network alone. */
export class Live {
  #state: LiveState = { status: 'connecting', url: null, sinceMs: Date.now() };
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #fails = 0;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly oracles: Oracles,
    private readonly operator: string | null,
    private readonly onMessage: (message: LiveMessage) => void,
  ) {}

  state = (): LiveState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Connects, and stays connected until {@link close}. */
  open(): void {
    this.#closed = false;
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = socket.onerror = null;
    socket.close();
  }

  #set(status: LiveStatus, url: string | null): void {
    if (status === this.#state.status && url === this.#state.url) return;
    this.#state = { status, url, sinceMs: Date.now() };
    for (const listener of this.#listeners) listener();
  }

  #connect(): void {
    if (this.#closed) return;
    const order = this.oracles.order();
    const url = order[this.#fails % Math.max(1, order.length)];
    if (!url) return this.#set('offline', null);
    const query = this.operator ? `?operator=${this.operator}` : '';
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live${query}`);
    } catch {
      // Not an address that a WebSocket can have.
      return this.#retry(url);
    }
    this.#socket = socket;
    const late = setTimeout(() => this.#retry(url), OPEN_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(late);
      this.#fails = 0;
      this.oracles.markUp(url);
      this.#set('live', url);
      this.#watch(url);
    };
    socket.onmessage = (event) => {
      this.#watch(url);
      const message = readMessage(event.data);
      if (message) this.onMessage(message);
    };
    socket.onclose = () => {
      clearTimeout(late);
      this.#retry(url);
    };
  }

  #watch(url: string): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#retry(url), SILENCE_MS);
  }

  #retry(url: string): void {
    this.#drop();
    clearTimeout(this.#silence);
    clearTimeout(this.#timer);
    if (this.#closed) return;
    if (this.#state.status === 'live') this.oracles.markDown(url, 'the live connection broke');
    this.#fails += 1;
    const all = Math.max(1, this.oracles.urls.length);
    this.#set(this.#fails >= all ? 'offline' : 'connecting', null);
    const rounds = Math.floor((this.#fails - 1) / all);
    this.#timer = setTimeout(
      () => this.#connect(),
      Math.min(FIRST_WAIT_MS * 2 ** Math.min(rounds, 10), LONGEST_WAIT_MS),
    );
  }
}

function readMessage(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof (message as { type?: unknown } | null)?.type === 'string' ? (message as LiveMessage) : null;
  } catch {
    return null;
  }
}
