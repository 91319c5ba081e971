import { t } from '../shared/i18n';
import { ChatGroup } from './ChatGroup';
import { ChatRow } from './ChatRow';
import type { Desk } from './desk';
import { FirstSteps } from './FirstSteps';
import type { Group } from './rows';

type Props = { desk: Desk };

/** Who waits, whom I answer, whom colleagues answer. */
export function ChatList({ desk }: Props) {
  const groups = desk.conversations.groups.value;
  const nobody = groups.waiting.length + groups.mine.length + groups.colleagues.length === 0;
  if (!desk.ready.value) return null;
  if (nobody) return <NobodyYet desk={desk} />;
  const group = (name: Group, title: string) => (
    <ChatGroup title={title} count={groups[name].length} quiet={name === 'colleagues'}>
      {groups[name].map((id) => {
        const row = desk.conversations.rows.row(id);
        return row && <ChatRow key={id} desk={desk} row={row} group={name} />;
      })}
    </ChatGroup>
  );
  return (
    <>
      {group('waiting', t('Waiting'))}
      {group('mine', t('Mine'))}
      {group('colleagues', t('With colleagues'))}
    </>
  );
}

/** On a phone the list is all there is to see, so the first steps stand here. */
function NobodyYet({ desk }: Props) {
  const first = desk.config.site_key !== null && desk.visitors.ids.value.length === 0;
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
