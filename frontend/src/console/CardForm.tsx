import { useEffect, useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import type { Card } from '../shared/events';
import { t } from '../shared/i18n';
import './CardForm.css';

type Props = { card: Card; onSave: (card: Card) => Promise<boolean> };
type FieldName = 'name' | 'email' | 'phone' | 'company';

/** The visitor's card, for agents to fill in. */
export function CardForm({ card, onSave }: Props) {
  const [edited, setEdited] = useState<Card | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    if (edited) setSaved(false);
  }, [edited]);
  const shown = edited ?? card;
  const save = async () => {
    const done = edited === null || (await onSave(edited));
    if (!done) return;
    setEdited(null);
    setSaved(true);
  };
  const field = (name: FieldName, label: string, inputmode: 'text' | 'email' | 'tel' = 'text') => (
    <label class="card-form__field">
      <span class="card-form__label">{label}</span>
      <input
        class="card-form__input"
        inputmode={inputmode}
        name={name}
        value={shown[name]}
        maxLength={254}
        autocomplete="off"
        dir="auto"
        onInput={(event) => setEdited({ ...shown, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form
      class="card-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {field('name', t('Name'))}
      {field('email', t('E-mail'), 'email')}
      {field('phone', t('Phone'), 'tel')}
      {field('company', t('Company'))}
      <label class="card-form__field">
        <span class="card-form__label">{t('Note')}</span>
        <textarea
          class="card-form__input"
          name="note"
          rows={4}
          value={shown.note}
          maxLength={4000}
          dir="auto"
          onInput={(event) => setEdited({ ...shown, note: event.currentTarget.value })}
        />
      </label>
      <div class="card-form__actions">
        <Button type="submit" disabled={edited === null}>
          {t('Save')}
        </Button>
        <span role="status">{saved && t('Saved')}</span>
      </div>
    </form>
  );
}
