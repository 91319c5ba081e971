import search from 'icon:search';
import type { ComponentChildren } from 'preact';
import { IconButton } from '../shared/IconButton';
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
        <div class="list-column__titles">
          <h2 class="list-column__title">{title}</h2>
          <span class="list-column__company" dir="auto">
            {desk.config.company.name}
          </span>
        </div>
        <IconButton
          shape={search}
          label={t('Search (Ctrl+K)')}
          onClick={() => desk.search.open()}
        />
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
  switch (tab) {
    case 'chats':
      return t('Visitor chats');
    case 'colleagues':
      return t('Colleagues');
    case 'visitors':
      return t('Site visitors');
    case 'messages':
      return t('Offline messages');
  }
}
