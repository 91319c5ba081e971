import { t } from '../../shared/i18n';
import { isRecord } from '../../shared/refusal';
import type { FormField } from '../../shared/style';
import type { OfflineNote } from '../visitorChat';

/** What was answered, by the field's key. */
export type Answers = Record<string, string>;

/** What is wrong, by the field's key; `text` is the message itself. */
export type Complaints = Record<string, string>;

/** What is asked while nobody knows what the company asks. */
export const USUAL_FIELDS: FormField[] = (['name', 'email', 'phone'] as const).map((key) => ({
  key,
  label: '',
  kind: key === 'name' ? 'line' : key,
  is_required: false,
  options: [],
  url: '',
}));

/** How a ticked consent travels. */
export const YES = 'yes';

/** What of an answer is worth keeping for the next message. */
const ABOUT_HIM = new Set(['name', 'email', 'phone', 'company']);

/** The company's own words, or ours for what every company asks. */
export function labelOf({ key, label }: FormField): string {
  const ours = { name: t('Name'), email: t('E-mail'), phone: t('Phone'), company: t('Company') };
  return label || ours[key as keyof typeof ours] || key;
}

/** What is missing before somebody could answer the note; the server asks for the same. */
export function complaintsAbout({ text, answers }: OfflineNote, fields: FormField[]): Complaints {
  const complaints = complaintsAboutAnswers(answers, fields);
  if (!text.trim()) complaints.text = t('Write what you would like to know.');
  const [reach] = fields.filter(canReach);
  if (reach && !fields.some((field) => canReach(field) && answers[field.key]?.trim()))
    complaints[reach.key] ??= t('Tell us how to reach you.');
  return complaints;
}

/** What is missing or odd in the answers alone. */
export function complaintsAboutAnswers(answers: Answers, fields: FormField[]): Complaints {
  const complaints: Complaints = {};
  for (const field of fields) {
    const complaint = complaintAbout(field, answers[field.key]?.trim() ?? '');
    if (complaint) complaints[field.key] = complaint;
  }
  return complaints;
}

/** Only what is asked now: a form the company has changed since asks less, perhaps, or offers other choices. */
export function answersTo(fields: FormField[], answers: Answers): Answers {
  return Object.fromEntries(fields.map((field) => [field.key, answerTo(field, answers)]));
}

/** The answers kept in the customer's page. */
export function answersIn(kept: string): Answers {
  try {
    const answers: unknown = JSON.parse(kept);
    const texts = isRecord(answers) ? Object.entries(answers) : [];
    return Object.fromEntries(texts.map(([key, text]) => [key, String(text)]));
  } catch {
    return {};
  }
}

/** Who he is will be the same the next time; what he answered otherwise is not. */
export function answersForNextTime(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([key]) => ABOUT_HIM.has(key)));
}

function answerTo({ key, kind, options }: FormField, answers: Answers): string {
  const answer = answers[key] ?? '';
  return kind === 'choice' && !options.includes(answer) ? '' : answer;
}

function complaintAbout({ kind, is_required }: FormField, answer: string): string | null {
  if (!answer && is_required)
    return kind === 'consent' ? t('Tick this to go on.') : t('Fill this in.');
  if (!answer) return null;
  if (kind === 'email' && !/^\S+@\S+\.\S+$/.test(answer))
    return t('Enter an e-mail address like name@example.com.');
  if (kind === 'phone' && answer.replace(/\D/g, '').length < 5)
    return t('Enter a phone number like +86 20 1234 5678.');
  return null;
}

function canReach({ key }: FormField): boolean {
  return key === 'email' || key === 'phone';
}
