import circleCheck from 'icon:circle-check';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../shared/Button';
import type { FormField, WindowSettings } from '../../shared/events';
import { Icon } from '../../shared/Icon';
import { t } from '../../shared/i18n';
import { newId } from '../../shared/newId';
import { Refused } from '../../shared/refusal';
import type { HostLink } from '../hostLink';
import { Refusal } from '../Refusal';
import { useKept } from '../useKept';
import type { OfflineNote } from '../visitorChat';
import { Field } from './Field';
import {
  answersForNextTime,
  answersIn,
  type Complaints,
  complaintsAbout,
  labelOf,
  USUAL_FIELDS,
} from './offlineNote';
import './OfflineForm.css';

type Props = {
  host: HostLink;
  online: boolean;
  form: WindowSettings['offline_form'] | undefined;
  text: string;
  onText: (text: string) => void;
  onBack?: (() => void) | undefined;
  onLeave: (note: OfflineNote, client_id: string) => Promise<void>;
};

/** When nobody can answer: what the visitor wants, and where the answer should go. */
export function OfflineForm({ host, online, form, text, onText, onBack, onLeave }: Props) {
  const fields = form?.fields ?? USUAL_FIELDS;
  const [kept, keep] = useKept(host, 'answers');
  // The same id however often it is tried, also after a reload, so that one message is left once.
  const [noteId, setNoteId] = useKept(host, 'note-id');
  const [complaints, setComplaints] = useState<Complaints>({});
  const [progress, setProgress] = useState<'writing' | 'sending' | 'sent'>('writing');
  const [refusal, setRefusal] = useState('');
  const page = useRef<HTMLFormElement>(null);
  const answers = answersIn(kept);
  useEffect(
    () => page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    [complaints],
  );

  const submit = async () => {
    const note = { text, answers: answersTo(fields, answers) };
    const found = complaintsAbout(note, fields);
    setComplaints(found);
    setRefusal('');
    if (Object.keys(found).length > 0) return;
    const client_id = noteId || newId();
    setNoteId(client_id);
    setProgress('sending');
    try {
      await onLeave(note, client_id);
      setNoteId('');
      onText('');
      keep(JSON.stringify(answersForNextTime(answers)));
      setProgress('sent');
    } catch (problem) {
      setProgress('writing');
      if (problem instanceof Refused) setComplaints(problem.fields);
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. Your message is kept here; try again soon.'));
    }
  };

  if (progress === 'sent')
    return (
      <div class="offline-form offline-form--sent" role="status">
        <Icon shape={circleCheck} size="large" />
        <h2 class="offline-form__title">{t('Thank you')}</h2>
        <p>{t('Your message has arrived. We will answer as soon as we are back.')}</p>
        <Button variant="quiet" onClick={onBack ?? (() => setProgress('writing'))}>
          {onBack ? t('Back to the chat') : t('Leave another message')}
        </Button>
      </div>
    );

  return (
    <form
      class="offline-form"
      ref={page}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 class="offline-form__title">{t('Leave a message')}</h2>
      <p class="offline-form__words" dir="auto">
        {form?.intro || introWhile(online)}
      </p>
      <Field
        name="text"
        label={t('Your message')}
        value={text}
        rows={4}
        required
        complaint={complaints.text}
        onValue={onText}
      />
      {fields.map((field) => (
        <Field
          key={field.key}
          name={field.key}
          label={labelOf(field)}
          value={answers[field.key] ?? ''}
          required={field.is_required}
          complaint={complaints[field.key]}
          {...shapeOf(field)}
          onValue={(value) => keep(JSON.stringify({ ...answers, [field.key]: value }))}
        />
      ))}
      {refusal && <Refusal text={refusal} />}
      <div class="offline-form__buttons">
        {onBack && (
          <Button variant="quiet" onClick={onBack}>
            {t('Back')}
          </Button>
        )}
        <Button type="submit" disabled={progress === 'sending'}>
          {progress === 'sending' ? t('Sending…') : t('Send')}
        </Button>
      </div>
    </form>
  );
}

function introWhile(online: boolean): string {
  return online
    ? t('We answer by e-mail or phone.')
    : t('Nobody is here right now. We answer by e-mail or phone.');
}

/** Only what is asked now: a form the company has changed since asks less, perhaps. */
function answersTo(fields: FormField[], answers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(fields.map(({ key }) => [key, answers[key] ?? '']));
}

const AUTOCOMPLETES: Record<string, string> = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  company: 'organization',
};

function shapeOf({ key, kind }: FormField) {
  const autocomplete = AUTOCOMPLETES[key];
  if (kind === 'paragraph') return { rows: 3 };
  const type = ({ line: 'text', email: 'email', phone: 'tel' } as const)[kind];
  return autocomplete ? { type, autocomplete } : { type };
}
