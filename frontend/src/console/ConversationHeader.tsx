import arrowLeft from 'icon:arrow-left';
import circleX from 'icon:circle-x';
import idBadge from 'icon:id-badge-2';
import sidebar from 'icon:layout-sidebar-right';
import mapPin from 'icon:map-pin';
import star from 'icon:star';
import type { Conversation } from '../shared/events';
import { Icon } from '../shared/Icon';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import { reasonFor } from './assignments';
import type { Desk } from './desk';
import { PageLink } from './PageLink';
import { VerifiedMark } from './VerifiedMark';
import { visitorName } from './visitorName';
import './ConversationHeader.css';

type Props = { desk: Desk; conversation: Conversation };

/** Who this is, where he is right now, why he is here, and what can be done. */
export function ConversationHeader({ desk, conversation }: Props) {
  const { id, state } = conversation;
  const row = desk.conversations.rows.row(id)?.value;
  const visitor = row?.visitor ?? conversation.visitor;
  const mine = desk.conversations.isMine(conversation);
  const reason = mine && state === 'open' ? reasonFor(conversation) : null;
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
        <div class="conversation-header__line">
          <h2 class="conversation-header__name" dir="auto">
            {visitorName(visitor)}
          </h2>
          {visitor.verified && <VerifiedMark />}
          {reason && <span class="conversation-header__reason">{reason}</span>}
        </div>
        <Whereabouts desk={desk} here={row?.here ?? desk.file.file.value?.is_here ?? false} />
      </div>
      {mine && state !== 'waiting' && !conversation.rating && (
        <IconButton
          shape={star}
          label={t('Ask for a rating')}
          onClick={() => void desk.askRating(id)}
        />
      )}
      <IconButton
        shape={idBadge}
        label={t('Card')}
        pressed={desk.panel.isOpen.value && desk.panel.part.value === 'card'}
        onClick={() => desk.panel.show('card')}
      />
      <IconButton
        shape={sidebar}
        label={t('About the visitor')}
        pressed={desk.panel.isOpen.value}
        onClick={() => desk.panel.toggle()}
      />
      {row && mine && state === 'open' && (
        <span class="conversation-header__end">
          <IconButton
            shape={circleX}
            label={t('End the conversation')}
            onClick={() => desk.end(row)}
          />
        </span>
      )}
    </header>
  );
}

/** Where he lives, if anybody knows, and the page he is on. */
function Whereabouts({ desk, here }: { desk: Desk; here: boolean }) {
  const file = desk.file.file.value;
  const page = file?.pages.at(-1);
  const location = file?.visit?.location;
  return (
    <p class="conversation-header__where">
      {location && (
        <span class="conversation-header__place" title={file?.visit?.ip}>
          <Icon shape={mapPin} size="small" />
          {location}
        </span>
      )}
      {!here && t('Has left the site')}
      {here && !page && t('On the site')}
      {here && page && <PageLink url={page.url}>{page.title || page.url}</PageLink>}
    </p>
  );
}
