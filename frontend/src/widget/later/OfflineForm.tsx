import circleCheck from 'icon:circle-check';
import externalLink from 'icon:external-link';
import { Button } from '../../shared/Button';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { newId } from '../../shared/newId';
import type { Reception, Style } from '../../shared/style';
import type { HostLink } from '../hostLink';
import { Refusal } from '../Refusal';
import { useKept } from '../useKept';
import type { OfflineNote } from '../visitorChat';
import { complaintsAbout, USUAL_FIELDS } from './answers';
import { Field } from './Field';
import { FieldList } from './FieldList';
import { openingTime } from './openingTime';
import { useFilling } from './useFilling';
import './Form.css';

type Props = {
  host: HostLink;
  reception: Reception;
  style: Style | null;
  text: string;
  onText: (text: string) => void;
  onBack?: (() => void) | undefined;
  onLeave: (note: OfflineNote, client_id: string) => Promise<void>;
};

/** When nobody can answer: what the visitor wants, and where the answer should go (W-12, W-25, M-04). */
export function OfflineForm({ host, reception, style, text, onText, onBack, onLeave }: Props) {
  const fields = style?.form.fields ?? USUAL_FIELDS;
  // The same id however often it is tried, also after a reload, so that one message is left once.
  const [noteId, setNoteId] = useKept(host, 'note-id');
  const filling = useFilling({
    host,
    fields,
    check: (answers) => complaintsAbout({ text, answers }, fields),
    send: async (answers) => {
      const client_id = noteId || newId();
      setNoteId(client_id);
      await onLeave({ text, answers }, client_id);
      setNoteId('');
      onText('');
    },
  });
  const { form, answers, complaints, progress, setProgress, refusal, submit, answer } = filling;
  const intro = (
    <>
      <h2 class="form__title">{t('Leave a message')}</h2>
      <p class="form__words" dir="auto">
        {(reception.standing === 'busy' && style?.texts.busy) ||
          style?.texts.offline_message ||
          introWhile(reception)}
      </p>
    </>
  );

  if (progress === 'sent')
    return (
      <div class="form form--sent" role="status">
        <Icon shape={circleCheck} size="large" />
        <h2 class="form__title">{t('Thank you')}</h2>
        <p>{t('Your message has arrived. We will answer as soon as we are back.')}</p>
        <Button variant="quiet" onClick={onBack ?? (() => setProgress('writing'))}>
          {onBack ? t('Back to the chat') : t('Leave another message')}
        </Button>
      </div>
    );

  const buttonBack = onBack && (
    <Button variant="quiet" onClick={onBack}>
      {t('Back')}
    </Button>
  );
  if (style?.form.board_url)
    return (
      <div class="form">
        {intro}
        <div class="form__buttons">
          {buttonBack}
          <a
            class="form__elsewhere"
            href={style.form.board_url}
            target="_blank"
            rel="noopener noreferrer"
          >
            {t('Write on our message board')}
            <Icon shape={externalLink} size="small" />
          </a>
        </div>
      </div>
    );

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
      {intro}
      <Field
        name="text"
        label={t('Your message')}
        value={text}
        rows={4}
        required
        complaint={complaints.text}
        onValue={onText}
      />
      <FieldList fields={fields} answers={answers} complaints={complaints} onAnswer={answer} />
      {refusal && <Refusal text={refusal} />}
      <div class="form__buttons">
        {buttonBack}
        <Button type="submit" disabled={progress === 'sending'}>
          {progress === 'sending' ? t('Sending…') : t('Send')}
        </Button>
      </div>
    </form>
  );
}

function introWhile({ standing, opens_at }: Reception): string {
  if (standing === 'closed' && opens_at)
    return t('We are closed until {time}. Leave a message, and we will answer.', {
      time: openingTime(opens_at, 'long'),
    });
  if (standing === 'closed') return t('We are closed. Leave a message, and we will answer.');
  if (standing === 'busy')
    return t('Everybody is in a conversation right now. We answer by e-mail or phone.');
  return standing === 'offline'
    ? t('Nobody is here right now. We answer by e-mail or phone.')
    : t('We answer by e-mail or phone.');
}
