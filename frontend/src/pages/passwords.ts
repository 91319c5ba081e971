import { all, input } from './elements.ts';

/** `data-reveal="id"`: shows what is typed into a password field. */
export function revealPasswords(): void {
  for (const button of all('[data-reveal]', HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const field = input(button.dataset.reveal ?? '');
      if (!field) return;
      const shown = field.type === 'password';
      field.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(shown));
    });
  }
}
