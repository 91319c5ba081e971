import { currentLocale, t } from '../../shared/i18n';

/** What a part of the stored data is called. */
export function labelFor(key: string): string {
  return labels()[key] ?? key.replaceAll('_', ' ');
}

/** A stored value as it is read; '' for nothing. */
export function valueFor(value: unknown): string {
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  if (typeof value === 'number') return value.toLocaleString(currentLocale());
  if (typeof value !== 'string') return '';
  return MOMENT.test(value) ? momentOf(value) : value;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function momentOf(at: string): string {
  const format = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(currentLocale(), format).format(new Date(at));
}

function labels(): Record<string, string> {
  return {
    profile: t('About you'),
    consents: t('What you allow'),
    visits: t('Your visits'),
    conversations: t('Your conversations'),
    invitations: t('Invitations'),
    offline_messages: t('Messages you left'),
    messages: t('Messages'),
    files: t('Files'),
    pages: t('Pages'),
    answers: t('Answers'),
    agreed: t('What you agreed to'),
    mails: t('E-mails'),
    number: t('Number'),
    name: t('Name'),
    email: t('E-mail'),
    phone: t('Phone'),
    company: t('Company'),
    note: t('Note'),
    language: t('Language'),
    verified: t('Signed in on this site'),
    identity: t('Your number on this site'),
    shows_typing: t('The team can see what you are typing'),
    visits_count: t('Number of visits'),
    first_seen_at: t('First visit'),
    last_seen_at: t('Last seen'),
    began_at: t('From'),
    opened_at: t('From'),
    closed_at: t('Until'),
    agent: t('Agent'),
    rating: t('Rating'),
    score: t('Stars'),
    comment: t('Comment'),
    ip: t('Internet address'),
    user_agent: t('Browser'),
    referrer: t('Came from'),
    zone: t('Time zone'),
    screen: t('Screen'),
    url: t('Page'),
    page_url: t('Page'),
    title: t('Title'),
    at: t('Time'),
    by: t('Written by'),
    text: t('Text'),
    file: t('File'),
    address: t('Address'),
    size: t('Size'),
    label: t('Question'),
    value: t('Answer'),
    answer: t('Answer'),
  };
}
