// What the browser keeps for this page. It may refuse (private windows, full): then nothing is kept.

const PREFIX = 'cairn.';

/** What was kept under `key`; null when nothing was, or the browser keeps nothing. */
export function load<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Keeps `value` under `key`, `null` to forget; says whether the browser did. */
export function store(key: string, value: unknown): boolean {
  try {
    if (value === null || value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
