import { t } from '../shared/i18n';
import { Avatar } from '../shared/messages/Avatar';
import type { Desk } from './desk';
import { number } from './numbers';
import { PresenceDot } from './PresenceDot';
import { PRESENCES, presenceName } from './presences';
import { byPresence } from './talkRows';
import './ColleagueList.css';

type Props = { desk: Desk };

/** Everybody else who works here, those who are there first; a click starts a talk. */
export function ColleagueList({ desk }: Props) {
  const others = desk.colleagues.rows().filter(({ id }) => id !== desk.talks.me);
  if (others.length === 0)
    return (
      <p class="list-column__empty">
        {t('You are the only one here. Colleagues you invite appear in this list.')}
      </p>
    );
  return (
    <ul class="colleague-list">
      {others.sort(byPresence(PRESENCES)).map((colleague) => (
        <li key={colleague.id}>
          <button
            class="colleague-list__colleague"
            type="button"
            title={t('Talk to {name}', { name: colleague.name })}
            onClick={() => void desk.talkTo([colleague.id])}
          >
            <Avatar name={colleague.name} />
            <span class="colleague-list__who">
              <span class="colleague-list__name" dir="auto">
                {colleague.name}
              </span>
              <span class="colleague-list__number" dir="auto">
                {[colleague.number, ...colleague.departments].join(' · ')}
              </span>
            </span>
            <span class="colleague-list__state">
              <span class="colleague-list__presence">
                <PresenceDot presence={colleague.presence} />
                {presenceName(colleague.presence)}
              </span>
              {colleague.presence !== 'offline' && (
                <span class="colleague-list__load">
                  {t('{taken} of {total} chats', {
                    taken: number(colleague.talking),
                    total: number(colleague.limit),
                  })}
                </span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
