import { Fragment } from 'preact';
import type { Message } from '../events';
import { fullTime, timeOfDay } from '../format';
import { t } from '../i18n';
import { Avatar } from './Avatar';
import { Bubble } from './Bubble';
import { DeliveryMark } from './DeliveryMark';
import './MessageGroup.css';

type Props = {
  name: string;
  mine: boolean;
  /** Said by itself in somebody's name (M-01…M-10). */
  automatic: boolean;
  messages: Message[];
  readUpTo: number;
};

/** What one person wrote within a minute, under one name and one time. */
export function MessageGroup({ name, mine, automatic, messages, readUpTo }: Props) {
  const last = messages.at(-1);
  if (!last) return null;
  return (
    <li
      class={mine ? 'message-group message-group--mine' : 'message-group'}
      data-from={messages[0]?.seq}
    >
      {!mine && <Avatar name={name} />}
      <div class="message-group__messages">
        {messages.map((message) => (
          <Fragment key={message.client_id}>
            <span class="unseen">{mine && !automatic ? t('You') : name}: </span>
            <Bubble message={message} mine={mine} />
          </Fragment>
        ))}
        <p class="message-group__foot">
          {!mine && (
            <span class="message-group__author" aria-hidden="true">
              {name}
            </span>
          )}
          {automatic && <span>{t('Automatic')}</span>}
          <time dateTime={last.at} title={fullTime(last.at)}>
            {timeOfDay(last.at)}
          </time>
          {mine && <DeliveryMark delivery={last.seq <= readUpTo ? 'read' : 'sent'} />}
        </p>
      </div>
    </li>
  );
}
