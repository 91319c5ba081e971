import check from 'icon:check';
import mail from 'icon:mail';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { shortTime } from './elapsed';
import { hashOf } from './route';
import { visitorName } from './visitorName';
import './OfflineMessageRow.css';

type Props = { message: OfflineMessage; current: boolean };

/** Who, when, what he said last, whose it is, and from where (L-02). */
export function OfflineMessageRow({ message, current }: Props) {
  const handled = message.handled_at !== null;
  const last = message.replies.at(-1);
  const answered = last?.state === 'received' && !handled;
  const from = [message.assigned_to?.name, message.location || message.ip].filter(Boolean);
  return (
    <li class={handled ? 'offline-row offline-row--handled' : 'offline-row'}>
      <a
        class="offline-row__link"
        href={hashOf({ tab: 'messages', id: message.id })}
        aria-current={current ? 'true' : undefined}
      >
        <span class="offline-row__top">
          <span class="offline-row__name" dir="auto">
            {message.name || visitorName(message.visitor)}
          </span>
          <time
            class="offline-row__time"
            dateTime={message.created_at}
            title={fullTime(message.created_at)}
          >
            {shortTime(message.created_at)}
          </time>
        </span>
        <span class="offline-row__bottom">
          <span class="offline-row__line" dir="auto">
            {answered ? last.text : message.text}
          </span>
          {handled && (
            <span class="offline-row__mark">
              <Icon shape={check} size="small" />
              <span class="unseen">{t('Handled')}</span>
            </span>
          )}
          {answered && (
            <span class="offline-row__mark offline-row__mark--answered">
              <Icon shape={mail} size="small" />
              <span class="unseen">{t('Answered by e-mail')}</span>
            </span>
          )}
        </span>
        {from.length > 0 && (
          <span class="offline-row__from" dir="auto">
            {from.join(' · ')}
          </span>
        )}
      </a>
    </li>
  );
}
