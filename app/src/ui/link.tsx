// Links between screens: they keep whose page it is.
import type { ComponentProps } from 'react';
import { Link, NavLink, useSearchParams } from 'react-router';

/** A path with the address that is looked at, if any. */
export function useScreenHref(): (path: string) => string {
  const [search] = useSearchParams();
  const operator = search.get('operator');
  return (path) => {
    if (!operator) return path;
    const [before = '', query = ''] = path.split('?');
    const params = new URLSearchParams(query);
    if (!params.has('operator')) params.set('operator', operator);
    return `${before}?${params.toString()}`;
  };
}

/** A link to another screen. */
export function ScreenLink({
  to,
  className = 'link',
  ...rest
}: Omit<ComponentProps<typeof Link>, 'to'> & { to: string }) {
  const href = useScreenHref();
  return <Link {...rest} to={href(to)} className={className} />;
}

/** A link of the navigation, which knows whether it is the current one. */
export function ScreenNavLink({ to, ...rest }: Omit<ComponentProps<typeof NavLink>, 'to'> & { to: string }) {
  const href = useScreenHref();
  return <NavLink {...rest} to={href(to)} end={to === '/'} />;
}
