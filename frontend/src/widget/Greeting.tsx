import type { ComponentChildren } from 'preact';
import { t } from '../shared/i18n';
import './Greeting.css';

type Props = { company: string; children?: ComponentChildren };

/** The first thing a visitor sees. */
export function Greeting({ company, children }: Props) {
  return (
    <div class="greeting">
      {children}
      <h2 class="greeting__hello">{t('Hello')} 👋</h2>
      <p>{t('Ask us anything. The team of {company} answers here.', { company })}</p>
    </div>
  );
}
