import { fileSize } from '../fileSize';
import { t } from '../i18n';

/** Why a file cannot be sent. */
export function fileFault({ name, size }: File, maxBytes: number): string {
  if (size === 0) return t('{name} is empty.', { name });
  return t('{name} is larger than {size}. Send a smaller file.', {
    name,
    size: fileSize(maxBytes),
  });
}

export function tooMany(n: number): string {
  return t('You can send {n} files at once.', { n });
}
