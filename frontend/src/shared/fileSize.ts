import { currentLocale } from './i18n';

export function fileSize(bytes: number): string {
  if (bytes < 1024) return sizeText(bytes, 'byte', 0);
  if (bytes < 1_048_576) return sizeText(bytes / 1024, 'kilobyte', 0);
  return sizeText(bytes / 1_048_576, 'megabyte', 1);
}

function sizeText(value: number, unit: string, maximumFractionDigits: number): string {
  // The short form of "bytes" is "byte", however many.
  const unitDisplay = unit === 'byte' ? 'long' : 'short';
  const options = { style: 'unit', unit, unitDisplay, maximumFractionDigits } as const;
  return new Intl.NumberFormat(currentLocale(), options).format(value);
}
