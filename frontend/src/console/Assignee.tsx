import type { Colleague, Person } from '../shared/events';
import { t } from '../shared/i18n';
import './Assignee.css';

type Props = {
  assigned: Person | null;
  colleagues: Colleague[];
  me: number;
  onAssign: (member_id: number) => void;
};

/** Who is to answer an offline message (L-05), to be changed by choosing somebody else. */
export function Assignee({ assigned, colleagues, me, onAssign }: Props) {
  return (
    <label class="assignee">
      <span class="assignee__label">{t('Assigned to')}</span>
      <select
        class="assignee__choice"
        value={assigned?.id ?? ''}
        onChange={(event) => onAssign(Number(event.currentTarget.value))}
      >
        {!assigned && <option value="">{t('Nobody')}</option>}
        {colleagues.map(({ id, name }) => (
          <option key={id} value={id}>
            {id === me ? t('{name} (me)', { name }) : name}
          </option>
        ))}
      </select>
    </label>
  );
}
