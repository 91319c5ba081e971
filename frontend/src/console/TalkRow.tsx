import usersIcon from 'icon:users';
import type { ReadonlySignal } from '@preact/signals';
import type { Talk } from '../shared/events';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t, tn } from '../shared/i18n';
import { Badge } from './Badge';
import type { Desk } from './desk';
import { shortTime } from './elapsed';
import { PresenceDot } from './PresenceDot';
import { hashOf } from './route';
import { partnerIn, talkName, unreadInTalk } from './talkRows';

type Props = { desk: Desk; talk: ReadonlySignal<Talk> };

/** One talk: with whom, what was said last, what is unread. */
export function TalkRow({ desk, talk: signal }: Props) {
  const talk = signal.value;
  const { me } = desk.talks;
  const { tab, id } = desk.route.place.value;
  const current = tab === 'colleagues' && id === talk.id;
  const unread = unreadInTalk(talk, me);
  const partner = desk.colleagues.row(partnerIn(talk, me) ?? 0)?.value;
  const last = talk.last_message;
  return (
    <li class={current ? 'chat-row chat-row--current' : 'chat-row'}>
      <a
        class="chat-row__link"
        href={hashOf({ tab: 'colleagues', id: talk.id })}
        aria-current={current ? 'true' : undefined}
      >
        <span class="chat-row__top">
          {partner ? (
            <PresenceDot presence={partner.presence} />
          ) : (
            <Icon shape={usersIcon} size="small" />
          )}
          <span class="chat-row__name" dir="auto">
            {talkName(talk, me)}
          </span>
          {last && (
            <time class="chat-row__when" dateTime={last.at} title={fullTime(last.at)}>
              {shortTime(last.at)}
            </time>
          )}
        </span>
        <span class="chat-row__bottom">
          <span class="chat-row__line" dir="auto">
            {lineOf(talk, me)}
          </span>
          <Badge count={unread} label={tn('{n} unread message', '{n} unread messages', unread)} />
        </span>
      </a>
    </li>
  );
}

function lineOf(talk: Talk, me: number): string {
  const last = talk.last_message;
  if (!last) return t('Nothing said yet');
  if (last.author.id === me) return t('You: {text}', { text: last.text });
  return partnerIn(talk, me) === null ? `${last.author.name}: ${last.text}` : last.text;
}
