/** Whether a page's address is as a pattern says, as is_page_like (chat/places/page_patterns.py) reads it: `*` is anything. */
export function isPageLike(url: string, pattern: string): boolean {
  const page = parsed(url);
  if (!page) return false;
  let address = pattern.startsWith('/') ? page.pathname : page.host + page.pathname;
  if (pattern.includes('://')) address = `${page.protocol}//${address}`;
  if (pattern.includes('?')) address = `${address}?${page.search.slice(1)}`;
  const pieces = trimmed(pattern).split('*').map(escaped);
  return new RegExp(`^${pieces.join('.*')}$`, 'is').test(trimmed(address));
}

function parsed(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

function trimmed(address: string): string {
  return address.replace(/\/+$/, '');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
