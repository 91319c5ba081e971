import mail from 'icon:mail';
import { useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { newId } from '../shared/newId';
import type { Drafts } from './drafts';
import './ReplyForm.css';

type Props = {
  address: string;
  drafts: Drafts;
  /** Under which name the words are kept until they are sent. */
  where: string;
  onSend: (client_id: string, text: string) => Promise<boolean>;
};

/** An answer by mail: its words and its number outlive switching and reloading, so that nothing is lost and nothing sent twice. */
export function ReplyForm({ address, drafts, where, onSend }: Props) {
  const [text, setText] = useState(() => drafts.of(where));
  const [sending, setSending] = useState(false);
  const write = (newest: string) => {
    setText(newest);
    drafts.keep(where, newest);
  };
  const send = async () => {
    if (!text.trim() || sending) return;
    const id = drafts.of(`${where}:id`) || newId();
    drafts.keep(`${where}:id`, id);
    setSending(true);
    const done = await onSend(id, text);
    setSending(false);
    if (!done) return;
    drafts.keep(`${where}:id`, '');
    write('');
  };
  return (
    <form
      class="reply-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="card-form__field">
        <span class="card-form__label">{t('Answer to {address}', { address })}</span>
        <textarea
          class="card-form__input"
          rows={4}
          maxLength={10_000}
          value={text}
          dir="auto"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void send();
          }}
        />
      </label>
      <div>
        <Button type="submit" disabled={sending || !text.trim()}>
          <Icon shape={mail} size="small" />
          {t('Send by e-mail')}
        </Button>
      </div>
    </form>
  );
}
