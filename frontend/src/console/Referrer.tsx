import type { PresentVisitor } from '../shared/events';
import { t } from '../shared/i18n';
import { PageLink } from './PageLink';

type Props = { visit: Pick<PresentVisitor, 'referrer' | 'referrer_domain' | 'search'> };

/** Only the domain, or the search engine with what was searched for; a click opens the full address (V-08). */
export function Referrer({ visit }: Props) {
  const { referrer, referrer_domain, search } = visit;
  const short = search ? engineWith(search) : referrer_domain || referrer;
  if (referrer) return <PageLink url={referrer}>{short}</PageLink>;
  return <span>{short || t('Direct visit')}</span>;
}

function engineWith({ engine, words }: { engine: string; words: string }): string {
  return words ? t('{engine} ({words})', { engine, words }) : engine;
}
