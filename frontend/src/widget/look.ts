import type { WindowStyle } from '../shared/style';

export type Look = Pick<WindowStyle, 'title' | 'skin' | 'accent' | 'scheme'>;

/** What a new company's window looks like: our tokens as they are. */
export const PLAIN: Look = { title: '', skin: 'plain', accent: '#0b7285', scheme: 'auto' };

let isDressed = false;

/** Dresses the page.  A window that looks like everybody's fetches nothing for it. */
export function wear({ skin, accent, scheme }: Look): void {
  isDressed ||= skin !== PLAIN.skin || accent !== PLAIN.accent || scheme !== PLAIN.scheme;
  if (isDressed) void import('./later/dress').then(({ dress }) => dress({ skin, accent, scheme }));
}

/** Whether anything stands around the conversation. */
export function hasAdornments(look: WindowStyle): boolean {
  const { introduction_html, picture, links, ads, forum, payment, warning, contacts, logo } = look;
  const lists = [links, ads.lines, contacts];
  return !!(introduction_html || picture || forum || payment || warning || logo || lists.flat()[0]);
}
