import arrowLeft from 'icon:arrow-left';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { HandlingForm } from './HandlingForm';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './OfflineMessageView.css';

type Props = { desk: Desk; message: OfflineMessage };

/** A message a visitor left, how to reach him, and what became of it (L-02, L-06, L-07). */
export function OfflineMessageView({ desk, message }: Props) {
  const name = message.name || visitorName(message.visitor);
  return (
    <article class="offline-message">
      <header class="offline-message__header">
        <span class="offline-message__back">
          <IconButton
            shape={arrowLeft}
            label={t('Back to the list')}
            onClick={() => desk.route.go('messages')}
          />
        </span>
        <div>
          <h2 class="offline-message__name" dir="auto">
            {name}
          </h2>
          <time class="offline-message__time" dateTime={message.created_at}>
            {fullTime(message.created_at)}
          </time>
        </div>
      </header>
      <div class="offline-message__body">
        <p class="offline-message__text" dir="auto">
          {message.text}
        </p>
        <dl class="offline-message__facts">
          {message.email && (
            <div>
              <dt class="facts__name">{t('E-mail')}</dt>
              <dd class="facts__value">
                <a href={`mailto:${encodeURIComponent(message.email)}`}>{message.email}</a>
              </dd>
            </div>
          )}
          {message.phone && (
            <div>
              <dt class="facts__name">{t('Phone')}</dt>
              <dd class="facts__value">
                <a href={`tel:${message.phone.replace(/[^\d+]/g, '')}`}>{message.phone}</a>
              </dd>
            </div>
          )}
          {message.page_url && (
            <div>
              <dt class="facts__name">{t('Page')}</dt>
              <dd class="facts__value">
                <a href={safe(message.page_url)} target="_blank" rel="noopener noreferrer nofollow">
                  {message.page_url}
                </a>
              </dd>
            </div>
          )}
          {message.ip && (
            <div>
              <dt class="facts__name">{t('IP address')}</dt>
              <dd class="facts__value">{message.ip}</dd>
            </div>
          )}
          {desk.may('visitors.see') && (
            <div>
              <dt class="facts__name">{t('Visitor')}</dt>
              <dd class="facts__value">
                <a href={hashOf({ tab: 'visitors', id: message.visitor.id })}>
                  {visitorName(message.visitor)}
                </a>
              </dd>
            </div>
          )}
        </dl>
        <HandlingForm message={message} onHandle={(note) => void desk.handle(message, note)} />
      </div>
    </article>
  );
}

function safe(url: string): string | undefined {
  return /^https?:\/\//i.test(url) ? url : undefined;
}
