import { t } from '../shared/i18n';
import type { OfflineNote } from './visitorChat';

export type Complaints = Partial<Record<keyof OfflineNote, string>>;

/** What is missing before somebody could answer the note; the server asks for the same. */
export function complaintsAbout({ email, phone, text }: OfflineNote): Complaints {
  const complaints: Complaints = {};
  if (!text.trim()) complaints.text = t('Write what you would like to know.');
  if (!email.trim() && !phone.trim())
    complaints.email = t('Give an e-mail address or a phone number.');
  else if (email.trim() && !/^\S+@\S+\.\S+$/.test(email.trim()))
    complaints.email = t('Enter an e-mail address like name@example.com.');
  if (phone.trim() && !/\d{5}/.test(phone.replace(/\D/g, '')))
    complaints.phone = t('Enter a phone number like +86 20 1234 5678.');
  return complaints;
}
