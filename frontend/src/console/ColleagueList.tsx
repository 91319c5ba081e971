import type { Colleague } from '../shared/events';
import { Avatar } from '../shared/messages/Avatar';
import type { Desk } from './desk';
import { PresenceDot } from './PresenceDot';
import { PRESENCES, presenceName } from './presences';
import './ColleagueList.css';

type Props = { desk: Desk };

/** Everybody who works here, those who are there first. */
export function ColleagueList({ desk }: Props) {
  const colleagues = desk.colleagues.rows().sort(byPresence);
  return (
    <ul class="colleague-list">
      {colleagues.map((colleague) => (
        <li key={colleague.id} class="colleague-list__colleague">
          <Avatar name={colleague.name} />
          <span class="colleague-list__who">
            <span class="colleague-list__name" dir="auto">
              {colleague.name}
            </span>
            <span class="colleague-list__number">{colleague.number}</span>
          </span>
          <span class="colleague-list__presence">
            <PresenceDot presence={colleague.presence} />
            {presenceName(colleague.presence)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function byPresence(one: Colleague, other: Colleague): number {
  const ranks = PRESENCES.indexOf(one.presence) - PRESENCES.indexOf(other.presence);
  return ranks || one.name.localeCompare(other.name);
}
