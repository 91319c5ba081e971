import { Button } from '../../shared/Button';
import { t } from '../../shared/i18n';
import { useValue } from '../../shared/useValue';
import type { HostLink } from '../hostLink';
import { Refusal } from '../Refusal';
import type { VisitorChat } from '../visitorChat';
import { complaintsAboutAnswers } from './answers';
import { FieldList } from './FieldList';
import { useFilling } from './useFilling';
import './Form.css';

type Props = { chat: VisitorChat; host: HostLink };

/** Who he is, asked before he chats (W-24, M-05). */
export function Registration({ chat, host }: Props) {
  const style = useValue(chat.style);
  const draft = useValue(chat.writing.draft);
  const unsent = useValue(chat.unsent);
  const fields = style?.form.fields ?? [];
  const { form, answers, complaints, progress, refusal, submit, answer } = useFilling({
    host,
    fields,
    check: (answers) => complaintsAboutAnswers(answers, fields),
    send: (answers) => chat.entrance.register(answers),
  });
  const hasWritten = draft.trim() !== '' || unsent.length > 0;
  return (
    <form
      class="form"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 class="form__title">{t('Before we begin')}</h2>
      <p class="form__words" dir="auto">
        {style?.texts.registration || t('Tell us who you are, so that we can help you better.')}
      </p>
      <FieldList fields={fields} answers={answers} complaints={complaints} onAnswer={answer} />
      {hasWritten && (
        <p class="form__words">
          {unsent.length > 0
            ? t('Your message is kept, and sent as soon as you have filled this in.')
            : t('What you have written is kept.')}
        </p>
      )}
      {refusal && <Refusal text={refusal} />}
      <div class="form__buttons">
        <Button type="submit" disabled={progress === 'sending'}>
          {progress === 'sending' ? t('Sending…') : t('Start the chat')}
        </Button>
      </div>
    </form>
  );
}
