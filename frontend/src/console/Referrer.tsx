import type { PresentVisitor } from '../shared/events';

type Props = { visit: Pick<PresentVisitor, 'referrer' | 'referrer_domain'> };

/** Only the domain; a click opens the full address (V-08). */
export function Referrer({ visit }: Props) {
  if (!/^https?:/.test(visit.referrer)) return <>{visit.referrer_domain}</>;
  return (
    <a
      href={visit.referrer}
      target="_blank"
      rel="noopener noreferrer nofollow"
      title={visit.referrer}
    >
      {visit.referrer_domain}
    </a>
  );
}
