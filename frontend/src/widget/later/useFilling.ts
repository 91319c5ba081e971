import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/i18n';
import { Refused } from '../../shared/refusal';
import type { FormField } from '../../shared/style';
import type { HostLink } from '../hostLink';
import { useKept } from '../useKept';
import { type Answers, answersForNextTime, answersIn, answersTo, type Complaints } from './answers';

type Options = {
  host: HostLink;
  fields: FormField[];
  check: (answers: Answers) => Complaints;
  /** Throws Refused with the faulty fields. */
  send: (answers: Answers) => Promise<void>;
};

/** A form being filled in: what is typed survives a reload, what is wrong stands beside its field. */
export function useFilling({ host, fields, check, send }: Options) {
  const [kept, keep] = useKept(host, 'answers');
  const [complaints, setComplaints] = useState<Complaints>({});
  const [progress, setProgress] = useState<'writing' | 'sending' | 'sent'>('writing');
  const [refusal, setRefusal] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const answers = answersTo(fields, answersIn(kept));
  useEffect(
    () => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    [complaints],
  );

  const submit = async () => {
    const found = check(answers);
    setComplaints(found);
    setRefusal('');
    if (Object.keys(found).length > 0) return;
    setProgress('sending');
    try {
      await send(answers);
      keep(JSON.stringify(answersForNextTime(answersIn(kept))));
      setProgress('sent');
    } catch (problem) {
      setProgress('writing');
      if (problem instanceof Refused) setComplaints(problem.fields);
      const reason = problem instanceof Refused ? problem.message : '';
      setRefusal(reason || t('There is no connection. What you typed is kept; try again soon.'));
    }
  };
  const answer = (key: string, text: string) =>
    keep(JSON.stringify({ ...answersIn(kept), [key]: text }));

  return { form, answers, complaints, progress, setProgress, refusal, submit, answer };
}
