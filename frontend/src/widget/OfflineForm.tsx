import circleCheck from 'icon:circle-check';
import { useMemo, useState } from 'preact/hooks';
import { Button } from '../shared/Button';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { newId } from '../shared/newId';
import { Refused } from '../shared/refusal';
import { Field } from './Field';
import type { HostLink } from './hostLink';
import { type Complaints, complaintsAbout } from './offlineNote';
import { Refusal } from './Refusal';
import { useKept } from './useKept';
import type { OfflineNote } from './visitorChat';
import './OfflineForm.css';

type Props = {
  host: HostLink;
  online: boolean;
  text: string;
  onText: (text: string) => void;
  onBack?: (() => void) | undefined;
  onLeave: (note: OfflineNote, client_id: string) => Promise<void>;
};

/** When nobody can answer: what the visitor wants, and where the answer should go. */
export function OfflineForm({ host, online, text, onText, onBack, onLeave }: Props) {
  const [name, setName] = useKept(host, 'name');
  const [email, setEmail] = useKept(host, 'email');
  const [phone, setPhone] = useKept(host, 'phone');
  const [complaints, setComplaints] = useState<Complaints>({});
  const [progress, setProgress] = useState<'writing' | 'sending' | 'sent'>('writing');
  const [refusal, setRefusal] = useState('');
  // The same id however often it is tried, so that one message is left once; another note gets another.
  const client_id = useMemo(() => newId(), [progress === 'sent']);

  const submit = async () => {
    const note = { name, email, phone, text };
    const found = complaintsAbout(note);
    setComplaints(found);
    setRefusal('');
    if (Object.keys(found).length > 0) return;
    setProgress('sending');
    try {
      await onLeave(note, client_id);
      onText('');
      setProgress('sent');
    } catch (problem) {
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. Your message is kept here; try again soon.'));
      setProgress('writing');
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
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 class="offline-form__title">{t('Leave a message')}</h2>
      <p class="offline-form__words">
        {online
          ? t('We answer by e-mail or phone.')
          : t('Nobody is here right now. We answer by e-mail or phone.')}
      </p>
      <Field
        name="text"
        label={t('Your message')}
        value={text}
        rows={4}
        complaint={complaints.text}
        onValue={onText}
      />
      <Field name="name" label={t('Name')} value={name} autocomplete="name" onValue={setName} />
      <Field
        name="email"
        label={t('E-mail')}
        type="email"
        value={email}
        autocomplete="email"
        complaint={complaints.email}
        onValue={setEmail}
      />
      <Field
        name="phone"
        label={t('Phone')}
        type="tel"
        value={phone}
        autocomplete="tel"
        complaint={complaints.phone}
        onValue={setPhone}
      />
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
