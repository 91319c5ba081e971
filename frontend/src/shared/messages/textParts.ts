/** A piece of a message's text: words, or an address that may be followed. */
export type TextPart = { text: string; href?: string };

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'「」『』，。；！？、）】》]+/gi;
// What usually belongs to the sentence around the address rather than to the address.
const TRAILING = /[.,;:!?)\]}]+$/;
const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|[\u{1F3FB}-\u{1F3FF}])*\s*){1,3}$/u;

export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(TRAILING, '');
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({
      text: address,
      href: address.startsWith('www.') ? `https://${address}` : address,
    });
    end = index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

export function isEmojiOnly(text: string): boolean {
  return EMOJI_ONLY.test(text);
}
