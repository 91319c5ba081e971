import arrowLeft from 'icon:arrow-left';
import circleX from 'icon:circle-x';
import sidebar from 'icon:layout-sidebar-right';
import type { Conversation } from '../shared/events';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { visitorName } from './visitorName';
import './ConversationHeader.css';

type Props = { desk: Desk; conversation: Conversation };

/** Who this is, where he is right now, and what can be done. */
export function ConversationHeader({ desk, conversation }: Props) {
  const row = desk.conversations.rows.row(conversation.id)?.value;
  const visitor = row?.visitor ?? conversation.visitor;
  const mayEnd = row && conversation.state === 'open' && desk.conversations.isMine(conversation);
  return (
    <header class="conversation-header">
      <span class="conversation-header__back">
        <IconButton
          shape={arrowLeft}
          label={t('Back to the list')}
          onClick={() => desk.route.go('chats')}
        />
      </span>
      <div class="conversation-header__who">
        <h2 class="conversation-header__name" dir="auto">
          {visitorName(visitor)}
        </h2>
        <Whereabouts desk={desk} here={row?.here ?? false} />
      </div>
      {mayEnd && (
        <span class="conversation-header__end">
          <IconButton
            shape={circleX}
            label={t('End the conversation')}
            onClick={() => desk.end(row)}
          />
        </span>
      )}
      <IconButton
        shape={sidebar}
        label={t('About the visitor')}
        pressed={desk.panel.isOpen.value}
        onClick={() => desk.panel.toggle()}
      />
    </header>
  );
}

function Whereabouts({ desk, here }: { desk: Desk; here: boolean }) {
  const page = desk.file.file.value?.pages.at(-1);
  if (!here) return <p class="conversation-header__where">{t('Has left the site')}</p>;
  if (!page) return <p class="conversation-header__where">{t('On the site')}</p>;
  return (
    <p class="conversation-header__where">
      <a
        href={page.url}
        target="_blank"
        rel="noopener noreferrer nofollow"
        title={page.url}
        dir="auto"
      >
        {page.title || page.url}
      </a>
    </p>
  );
}
