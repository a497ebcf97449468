// Errors as the user sees them: a stable code (the same in CLI, API and app), what was wrong, what to do.

/** An error that names its code and what to do about it. */
export class CairnError extends Error {
  override readonly name = 'CairnError';

  constructor(
    /** Stable snake_case name. */
    readonly code: string,
    /** What was wrong, with which value. */
    message: string,
    /** What to do next. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Any thrown value as a CairnError; what is none already is `failed`, with its own message. */
export function asCairnError(error: unknown): CairnError {
  if (error instanceof CairnError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CairnError('failed', message || 'something went wrong', 'try again, or reload the page', {
    cause: error,
  });
}

/** `NotOracle` or `NOT_ORACLE` as `not_oracle`. */
export function snakeCase(name: string): string {
  return /^[A-Z0-9_]+$/.test(name)
    ? name.toLowerCase()
    : name.replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '_' : ''}${letter.toLowerCase()}`);
}

/** A fragment, as programs write their messages, as the beginning of a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
