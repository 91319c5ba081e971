import { useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import type { OfflineMessage } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';
import './HandlingForm.css';

type Props = { message: OfflineMessage; onHandle: (note: string) => void };

/** The mark that it is done, with a word on how; or who did it. */
export function HandlingForm({ message, onHandle }: Props) {
  const [note, setNote] = useState('');
  if (message.handled_at !== null)
    return (
      <div class="handling handling--done">
        <p>
          {t('Handled by {name}', { name: message.handled_by?.name ?? '' })} ·{' '}
          <time dateTime={message.handled_at}>{fullTime(message.handled_at)}</time>
        </p>
        {message.handling_note && (
          <p class="handling__note" dir="auto">
            {message.handling_note}
          </p>
        )}
      </div>
    );
  return (
    <form
      class="handling"
      onSubmit={(event) => {
        event.preventDefault();
        onHandle(note);
        setNote('');
      }}
    >
      {message.handling_note && (
        <p class="handling__note" dir="auto">
          {t('Noted before: {note}', { note: message.handling_note })}
        </p>
      )}
      <label class="card-form__field">
        <span class="card-form__label">{t('How was it handled? (optional)')}</span>
        <textarea
          class="card-form__input"
          rows={2}
          maxLength={2000}
          value={note}
          dir="auto"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <div>
        <Button type="submit">{t('Mark as handled')}</Button>
      </div>
    </form>
  );
}
