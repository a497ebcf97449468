// Names of kinds and reasons as words.

/** `location_unknown` as `Location unknown`. */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A reason's name as words, in the middle of a sentence. */
export function reasonText(name: string): string {
  return name.replaceAll('_', ' ');
}
