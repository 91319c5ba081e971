import { useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import { t } from '../shared/i18n';
import { Dialog } from './Dialog';
import type { Desk } from './desk';
import { PresenceDot } from './PresenceDot';
import { PRESENCES } from './presences';
import { byPresence } from './talkRows';
import './CardForm.css';
import './GroupSheet.css';

type Props = { desk: Desk; onClose: () => void };

/** A talk of several colleagues under a title of its own. */
export function GroupSheet({ desk, onClose }: Props) {
  const [title, setTitle] = useState('');
  const [members, setMembers] = useState<readonly number[]>([]);
  const others = desk.colleagues.rows().filter(({ id }) => id !== desk.talks.me);
  const toggle = (id: number) =>
    setMembers(members.includes(id) ? members.filter((one) => one !== id) : [...members, id]);
  const open = async () => {
    if (await desk.talkTo([...members], title.trim())) onClose();
  };
  return (
    <Dialog title={t('New group')} onClose={onClose}>
      <form
        class="dialog__content"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <label class="card-form__field">
          <span class="card-form__label">{t('Title')}</span>
          <input
            class="card-form__input"
            value={title}
            maxLength={100}
            required
            dir="auto"
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <fieldset class="group-sheet__members">
          <legend class="card-form__label">{t('Colleagues')}</legend>
          {others.sort(byPresence(PRESENCES)).map(({ id, name, presence }) => (
            <label key={id} class="group-sheet__member">
              <input type="checkbox" checked={members.includes(id)} onChange={() => toggle(id)} />
              <PresenceDot presence={presence} />
              <span class="group-sheet__name" dir="auto">
                {name}
              </span>
            </label>
          ))}
        </fieldset>
        <div class="dialog__actions">
          <Button variant="quiet" onClick={onClose}>
            {t('Cancel')}
          </Button>
          <Button type="submit" disabled={members.length === 0 || title.trim() === ''}>
            {t('Start')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
