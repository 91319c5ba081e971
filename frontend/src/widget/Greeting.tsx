import type { ComponentChildren } from 'preact';
import { t } from '../shared/i18n';
import './Greeting.css';

type Props = {
  company: string;
  /** The company's own words; '' for ours. */
  words: string | undefined;
  /** What stands above it, such as earlier conversations. */
  before: ComponentChildren;
  children?: ComponentChildren;
};

/** The first thing a visitor sees. */
export function Greeting({ company, words, before, children }: Props) {
  return (
    <div class="greeting">
      {before}
      <h2 class="greeting__hello">{t('Hello')} 👋</h2>
      <p class="greeting__words" dir="auto">
        {words || t('Ask us anything. The team of {company} answers here.', { company })}
      </p>
      {children}
    </div>
  );
}
