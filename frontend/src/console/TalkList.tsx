import usersPlus from 'icon:users-plus';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { ColleagueList } from './ColleagueList';
import type { Desk } from './desk';
import { TalkRow } from './TalkRow';
import './TalkList.css';

type Props = { desk: Desk };

/** What colleagues say to each other, and who is there to be talked to. */
export function TalkList({ desk }: Props) {
  if (!desk.ready.value) return null;
  const ids = desk.talks.order.value;
  return (
    <>
      {ids.length > 0 && (
        <ul class="talk-list" aria-label={t('Talks')}>
          {ids.map((id) => {
            const talk = desk.talks.rows.row(id);
            return talk && <TalkRow key={id} desk={desk} talk={talk} />;
          })}
        </ul>
      )}
      <div class="talk-list__heading">
        <h3 class="talk-list__title">{t('Start a talk')}</h3>
        <button
          class="talk-list__new"
          type="button"
          onClick={() => {
            desk.sheet.value = 'group';
          }}
        >
          <Icon shape={usersPlus} size="small" />
          {t('New group')}
        </button>
      </div>
      <ColleagueList desk={desk} />
    </>
  );
}
