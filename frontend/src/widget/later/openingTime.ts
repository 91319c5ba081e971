import { currentLocale } from '../../shared/i18n';

const WEEK = 6 * 86_400_000;

/** When a closed company opens, in the reader's own zone: today's time, a day of this week, or a date. */
export function openingTime(at: string, length: 'short' | 'long', now = new Date()): string {
  const day = new Date(at);
  const time: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  if (day.toDateString() === now.toDateString()) return formatted(day, time);
  if (day.getTime() - now.getTime() < WEEK) return formatted(day, { weekday: length, ...time });
  return formatted(day, { month: length, day: 'numeric', ...time });
}

function formatted(day: Date, options: Intl.DateTimeFormatOptions): string {
  return day.toLocaleString(currentLocale(), options);
}
