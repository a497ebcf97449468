// The icons of the navigation.
const PATHS = {
  overview: 'M3 10.5 10 4l7 6.5M5 9v7.5h10V9',
  devices: 'M4 13h12v3H4zM6 13V6M14 13V6M6 6a4 4 0 0 1 8 0',
  map: 'M10 17s5-4.6 5-8.5a5 5 0 0 0-10 0C5 12.4 10 17 10 17ZM10 10a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2Z',
  rewards:
    'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6.5v7M12 8H9.2a1.4 1.4 0 0 0 0 2.8h1.6a1.4 1.4 0 0 1 0 2.8H8',
  stake: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2',
  network:
    'M10 4.5v3M6.5 14 9 9.5M13.5 14 11 9.5M10 4.5a1.5 1.5 0 1 0 0-.01M5.5 16.5a1.5 1.5 0 1 0 0-.01M14.5 16.5a1.5 1.5 0 1 0 0-.01',
  onboard: 'M10 4v12M4 10h12',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  system: 'M3.5 4.5h13v9h-13zM7 16.5h6',
  light:
    'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2.8v1.4M10 15.8v1.4M2.8 10h1.4M15.8 10h1.4M4.9 4.9l1 1M14.1 14.1l1 1M4.9 15.1l1-1M14.1 5.9l1-1',
  dark: 'M15.8 12A6.3 6.3 0 0 1 8 4.2a6.3 6.3 0 1 0 7.8 7.8Z',
  settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 4.2v3.6M7 12.2v3.6',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.6 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
