/** Everything on the page that matches, as what it must be. */
export function all<E extends HTMLElement>(selector: string, kind: new () => E): E[] {
  return [...document.querySelectorAll(selector)].filter((one): one is E => one instanceof kind);
}

export function input(id: string): HTMLInputElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement ? found : null;
}
