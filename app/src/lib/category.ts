// The four kinds of work that devices do. Each has one colour and one pattern, the same everywhere.

export const CATEGORIES = ['wireless', 'storage', 'compute', 'sensor'] as const;
export type Category = (typeof CATEGORIES)[number];

/** How a category is shown: a CSS variable of the theme, and its name. */
export const CATEGORY: Record<Category, { label: string; color: string }> = {
  wireless: { label: 'Wireless', color: 'var(--cat-wireless)' },
  storage: { label: 'Storage', color: 'var(--cat-storage)' },
  compute: { label: 'Compute', color: 'var(--cat-compute)' },
  sensor: { label: 'Sensor', color: 'var(--cat-sensor)' },
};

/** The category of the registry's number; null for one that this page does not know. */
export function categoryOf(number: number): Category | null {
  return CATEGORIES[number] ?? null;
}

export function isCategory(name: string): name is Category {
  return (CATEGORIES as readonly string[]).includes(name);
}
