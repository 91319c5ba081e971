/** The address if it leads to a page; what visitors and their sites tell us may be anything. */
export function pageAddress(url: string): string | undefined {
  return /^https?:\/\//i.test(url) ? url : undefined;
}

/** Where on its site a page is, without what every page of the site has in common. */
export function shortAddress(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return decodeURI(pathname + search);
  } catch {
    return url;
  }
}
