import { currentLocale, t } from './i18n';

/** The time of day, in the reader's zone. */
export function timeOfDay(at: string): string {
  return dateText({ hour: '2-digit', minute: '2-digit' }, new Date(at));
}

/** Today, Yesterday, a weekday within the week, otherwise the date. */
export function dayName(at: string, now = new Date()): string {
  const day = new Date(at);
  const daysAgo = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000);
  if (daysAgo === 0) return t('Today');
  if (daysAgo === 1) return t('Yesterday');
  if (daysAgo > 1 && daysAgo < 7) return dateText({ weekday: 'long' }, day);
  return dateText({ year: 'numeric', month: 'long', day: 'numeric' }, day);
}

export function fullTime(at: string): string {
  return dateText({ dateStyle: 'full', timeStyle: 'short' }, new Date(at));
}

const formats = new Map<string, Intl.DateTimeFormat>();

// Making a formatter is slow, and a list of messages asks for hundreds of times.
function dateText(options: Intl.DateTimeFormatOptions, at: Date): string {
  const key = currentLocale() + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(currentLocale(), options);
  formats.set(key, format);
  return format.format(at);
}

function startOfDay(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
