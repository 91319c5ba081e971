import { currentLocale } from '../shared/i18n';

const formats = new Map<string, Intl.NumberFormat>();

/** A number as the reader groups its digits. */
export function number(n: number): string {
  return formatWith({}, n);
}

/** A number with its unit, as short as the language allows: "40s", "12分钟". */
export function inUnits(n: number, unit: 'second' | 'minute' | 'hour' | 'day'): string {
  return formatWith({ style: 'unit', unit, unitDisplay: 'narrow' }, n);
}

// Making a formatter is slow, and a list of visitors asks for thousands.
function formatWith(options: Intl.NumberFormatOptions, n: number): string {
  const key = `${currentLocale()} ${options.unit}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(currentLocale(), options);
  formats.set(key, format);
  return format.format(n);
}
