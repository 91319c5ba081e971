import { currentLocale } from '../shared/i18n';

/** A number as the reader groups its digits. */
export function number(n: number): string {
  return new Intl.NumberFormat(currentLocale()).format(n);
}
