import { type ReadonlySignal, signal } from '@preact/signals';
import { dayName, timeOfDay } from '../shared/format';
import { inUnits } from './numbers';

const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 1_000);

/** The time, once a second.  Only what shows a waiting time should read it. */
export const clock: ReadonlySignal<number> = now;

export function secondsSince(at: string, moment: number): number {
  return Math.max(0, Math.floor((moment - Date.parse(at)) / 1000));
}

/** "40s", "12m", "3h", "2d", in the reader's language: only the largest unit. */
export function shortDuration(seconds: number): string {
  if (seconds < 60) return inUnits(seconds, 'second');
  if (seconds < 3600) return inUnits(Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return inUnits(Math.floor(seconds / 3600), 'hour');
  return inUnits(Math.floor(seconds / 86_400), 'day');
}

/** "0:40", "12:05", "3:12:05". */
export function stopwatch(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = hours > 0 ? [hours, pad(minutes)] : [minutes];
  return [...parts, pad(seconds % 60)].join(':');
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}

/** When something was: the time today, the day otherwise. */
export function shortTime(at: string): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  return today ? timeOfDay(at) : `${dayName(at)} ${timeOfDay(at)}`;
}
