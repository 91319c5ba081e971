import type { ComponentChildren } from 'preact';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import type { Tab } from './route';
import './ListColumn.css';

type Props = { tab: Tab; desk: Desk; children: ComponentChildren };

/** The list one chooses from. */
export function ListColumn({ tab, desk, children }: Props) {
  const title = titleOf(tab);
  return (
    <section class="list-column" aria-label={title}>
      <header class="list-column__header">
        <h2 class="list-column__title">{title}</h2>
        <span class="list-column__company">{desk.config.company.name}</span>
      </header>
      <div
        class="list-column__scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
        tabIndex={0}
      >
        {children}
      </div>
    </section>
  );
}

function titleOf(tab: Tab): string {
  if (tab === 'messages') return t('Offline messages');
  return tab === 'colleagues' ? t('Colleagues') : t('Visitor chats');
}
