/** What is to be the same on the next page of this visit.  Where the browser keeps nothing, it is not. */
export function remember(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(`laike:${name}`, JSON.stringify(value));
  } catch {}
}

export function remembered<T>(name: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(`laike:${name}`) ?? 'null') as T | null;
  } catch {
    return null;
  }
}
