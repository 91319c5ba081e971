import { all } from './elements.ts';

/** `data-opens="id"`: the button that opens and closes the navigation on a phone. */
export function openNavigation(): void {
  for (const button of all('[data-opens]', HTMLButtonElement)) {
    const body = document.getElementById(button.dataset.opens ?? '');
    button.addEventListener('click', () => {
      const opened = body?.classList.toggle('side__body--open') ?? false;
      button.setAttribute('aria-expanded', String(opened));
    });
  }
}
