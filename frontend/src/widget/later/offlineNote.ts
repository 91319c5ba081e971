import type { FormField } from '../../shared/events';
import { t } from '../../shared/i18n';
import { isRecord } from '../../shared/refusal';
import type { OfflineNote } from '../visitorChat';

/** What is wrong, by the field's key; `text` is the message itself. */
export type Complaints = Record<string, string>;

/** What is asked while nobody knows what the company asks. */
export const USUAL_FIELDS: FormField[] = [
  { key: 'name', label: '', kind: 'line', is_required: false },
  { key: 'email', label: '', kind: 'email', is_required: false },
  { key: 'phone', label: '', kind: 'phone', is_required: false },
];

/** What of an answer is worth keeping for the next message. */
const ABOUT_HIM = new Set(['name', 'email', 'phone', 'company']);

/** The company's own words, or ours for what every company asks. */
export function labelOf({ key, label }: FormField): string {
  const ours = { name: t('Name'), email: t('E-mail'), phone: t('Phone'), company: t('Company') };
  return label || ours[key as keyof typeof ours] || key;
}

/** What is missing before somebody could answer the note; the server asks for the same. */
export function complaintsAbout({ text, answers }: OfflineNote, fields: FormField[]): Complaints {
  const complaints: Complaints = {};
  if (!text.trim()) complaints.text = t('Write what you would like to know.');
  for (const field of fields) {
    const complaint = complaintAbout(field, answers[field.key]?.trim() ?? '');
    if (complaint) complaints[field.key] = complaint;
  }
  const [reach] = fields.filter(canReach);
  if (reach && !fields.some((field) => canReach(field) && answers[field.key]?.trim()))
    complaints[reach.key] ??= t('Tell us how to reach you.');
  return complaints;
}

/** The answers kept in the customer's page. */
export function answersIn(kept: string): Record<string, string> {
  try {
    const answers: unknown = JSON.parse(kept);
    const texts = isRecord(answers) ? Object.entries(answers) : [];
    return Object.fromEntries(texts.map(([key, text]) => [key, String(text)]));
  } catch {
    return {};
  }
}

/** Who he is will be the same the next time; what he answered otherwise is not. */
export function answersForNextTime(answers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(answers).filter(([key]) => ABOUT_HIM.has(key)));
}

function complaintAbout({ kind, is_required }: FormField, answer: string): string | null {
  if (!answer) return is_required ? t('Fill this in.') : null;
  if (kind === 'email' && !/^\S+@\S+\.\S+$/.test(answer))
    return t('Enter an e-mail address like name@example.com.');
  if (kind === 'phone' && answer.replace(/\D/g, '').length < 5)
    return t('Enter a phone number like +86 20 1234 5678.');
  return null;
}

function canReach({ key }: FormField): boolean {
  return key === 'email' || key === 'phone';
}
