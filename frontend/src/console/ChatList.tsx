import eraser from 'icon:eraser';
import { useState } from 'preact/hooks';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { ChatGroup } from './ChatGroup';
import { ChatRow } from './ChatRow';
import type { Desk } from './desk';
import { FirstSteps } from './FirstSteps';
import { NotificationOffer } from './NotificationOffer';
import { ReturnedCard } from './ReturnedCard';
import type { Group } from './rows';
import './ChatList.css';

/** Who has waited longest is shown; a long queue must not push one's own conversations away. */
const FIRST = 5;

type Props = { desk: Desk };

/** Who waits, whom I answer, whom colleagues answer. */
export function ChatList({ desk }: Props) {
  const [all, setAll] = useState(false);
  const { waiting, mine, colleagues } = desk.conversations.groups.value;
  if (!desk.ready.value) return null;
  const rows = (ids: number[], group: Group) =>
    ids.map((id) => {
      const row = desk.conversations.rows.row(id);
      return row && <ChatRow key={id} desk={desk} row={row} group={group} />;
    });
  const open = mine.filter((id) => desk.conversations.rows.row(id)?.value.state === 'open');
  return (
    <>
      <NotificationOffer desk={desk} needed={mine.length > 0} />
      {desk.returned.value.map((returned) => (
        <ReturnedCard
          key={returned.conversation_id}
          returned={returned}
          onForget={() => desk.forgetReturned(returned.conversation_id)}
        />
      ))}
      <ChatGroup title={t('Waiting')} count={waiting.length} quiet={false}>
        {rows(all ? waiting : waiting.slice(0, FIRST), 'waiting')}
        {waiting.length > FIRST && (
          <li>
            <button class="quiet-line" type="button" onClick={() => setAll(!all)}>
              {all ? t('Show fewer') : t('Show all {n}', { n: waiting.length })}
            </button>
          </li>
        )}
      </ChatGroup>
      <ChatGroup
        title={t('Mine')}
        count={open.length}
        shown={mine.length > 0}
        limit={desk.me?.limit}
        quiet={false}
        action={<ClearGone desk={desk} />}
      >
        {rows(mine, 'mine')}
      </ChatGroup>
      <ChatGroup title={t('With colleagues')} count={colleagues.length} quiet>
        {rows(colleagues, 'colleagues')}
      </ChatGroup>
      {waiting.length + mine.length + colleagues.length === 0 && <NobodyYet desk={desk} />}
    </>
  );
}

/** All grey ones at once. */
function ClearGone({ desk }: Props) {
  const gone = desk.conversations.gone().length;
  if (gone < 2) return null;
  return (
    <button class="quiet-line" type="button" onClick={() => desk.clearGone()}>
      <Icon shape={eraser} size="small" />
      {t('Clear {n} whose visitors have left', { n: gone })}
    </button>
  );
}

/** On a phone the list is all there is to see, so the first steps stand here. */
function NobodyYet({ desk }: Props) {
  const first = desk.config.site_key !== null && desk.visitors.rows.ids.value.length === 0;
  return (
    <>
      <p class="list-column__empty">
        {t('Nobody is writing right now. New visitors appear here by themselves.')}
      </p>
      {first && (
        <div class="list-column__first-steps">
          <FirstSteps desk={desk} />
        </div>
      )}
    </>
  );
}
