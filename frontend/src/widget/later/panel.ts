import type { WindowStyle } from '../../shared/style';

/** Whether there is anything to say about the company beside the conversation. */
export function hasPanel({ introduction_html, picture, payment, contacts }: WindowStyle): boolean {
  return Boolean(introduction_html || picture || payment || contacts.length);
}
