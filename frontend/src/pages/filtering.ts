import { all } from './elements.ts';

/** `data-filter="#list"`: a box that leaves of a list only what has these words (`data-words`), and what is around it. */
export function filterLists(): void {
  for (const box of all('[data-filter]', HTMLInputElement)) {
    const list = document.querySelector(box.dataset.filter ?? '');
    if (!list) continue;
    box.hidden = false;
    box.addEventListener('input', () => filter(list, box.value.trim().toLocaleLowerCase()));
    // Enter looks for something; it must not send the form around it.
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault();
    });
  }
}

function filter(list: Element, words: string): void {
  for (const one of list.querySelectorAll<HTMLElement>('[data-words]'))
    one.hidden = !fits(one, words);
  for (const folded of list.querySelectorAll<HTMLDetailsElement>('details:has([data-words])'))
    folded.open = words ? folded.querySelector('[data-words]:not([hidden])') !== null : has(folded);
}

/** It, something inside of it, or something it is inside of. */
function fits(one: HTMLElement, words: string): boolean {
  const said = (element: Element) => element.getAttribute('data-words')?.includes(words) ?? false;
  return said(one) || [...one.querySelectorAll('[data-words]')].some(said) || isInside(one, said);
}

function isInside(one: HTMLElement, said: (element: Element) => boolean): boolean {
  const around = one.parentElement?.closest('[data-words]');
  return around ? said(around) : false;
}

const has = (folded: HTMLElement) => folded.querySelector(':checked') !== null;
