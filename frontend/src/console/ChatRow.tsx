import x from 'icon:x';
import type { ReadonlySignal } from '@preact/signals';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t, tn } from '../shared/i18n';
import { Badge } from './Badge';
import type { Desk } from './desk';
import { shortTime } from './elapsed';
import { MoodMark } from './MoodMark';
import { moodName } from './moods';
import { hashOf } from './route';
import { type Group, moodOf, type Row, unreadIn, waitingSince } from './rows';
import { VerifiedMark } from './VerifiedMark';
import { visitorName } from './visitorName';
import { WaitTime } from './WaitTime';
import './ChatRow.css';

type Props = { desk: Desk; row: ReadonlySignal<Row>; group: Group };

/** One visitor, one line: who, what he said last, how long he has waited. */
export function ChatRow({ desk, row: signal, group }: Props) {
  const row = signal.value;
  const { tab, id } = desk.route.place.value;
  const current = tab === 'chats' && id === row.id;
  const name = visitorName(row.visitor);
  // What colleagues write is not told to this page, so it cannot know whether they have answered.
  const mood = group === 'colleagues' && moodOf(row) !== 'gone' ? null : moodOf(row);
  const unread = group === 'colleagues' ? 0 : unreadIn(row);
  const waiting = group === 'colleagues' ? null : waitingSince(row);
  return (
    <li class={classesOf(row, current)}>
      <a
        class="chat-row__link"
        href={hashOf({ tab: 'chats', id: row.id })}
        aria-current={current ? 'true' : undefined}
      >
        <span class="chat-row__top">
          {mood && (
            <span class="chat-row__mood" title={moodName(mood)}>
              <MoodMark mood={mood} />
            </span>
          )}
          <span class="chat-row__name" dir="auto">
            {name}
          </span>
          {row.visitor.verified && <VerifiedMark />}
          <span class="chat-row__when">
            {waiting === null ? <LastTime row={row} /> : <WaitTime since={waiting} />}
          </span>
        </span>
        <span class="chat-row__bottom">
          <span class="chat-row__line" dir="auto">
            {lineOf(row, group)}
          </span>
          <Badge count={unread} label={tn('{n} unread message', '{n} unread messages', unread)} />
        </span>
        {mood && <span class="unseen">{moodName(mood)}</span>}
      </a>
      {group === 'mine' && (
        <button
          class="chat-row__end"
          type="button"
          title={row.state === 'closed' ? t('Remove from the list') : t('End the conversation')}
          aria-label={
            row.state === 'closed'
              ? t('Remove {name} from the list', { name })
              : t('End the conversation with {name}', { name })
          }
          onClick={(event) => {
            // The second half of a double click would end the next in line.
            if (event.detail > 1) return;
            if (row.state === 'closed') desk.dismiss(row.id);
            else desk.end(row);
          }}
        >
          <Icon shape={x} size="small" />
        </button>
      )}
    </li>
  );
}

function LastTime({ row }: { row: Row }) {
  const at = row.last_message?.at ?? row.opened_at;
  return (
    <time dateTime={at} title={fullTime(at)}>
      {shortTime(at)}
    </time>
  );
}

function lineOf(row: Row, group: Group): string {
  if (row.typing) return t('is typing…');
  if (group === 'colleagues') return t('with {name}', { name: row.member?.name ?? '' });
  if (row.state === 'closed') return t('Ended');
  const text = row.last_message?.text ?? '';
  return row.last_message?.author_kind === 'member'
    ? t('You: {text}', { text })
    : text || t('Has not written yet');
}

function classesOf(row: Row, current: boolean): string {
  const gone = moodOf(row) === 'gone';
  return ['chat-row', current && 'chat-row--current', gone && 'chat-row--gone']
    .filter(Boolean)
    .join(' ');
}
