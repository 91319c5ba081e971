import { all } from './elements.ts';

/** `data-copy="text"`: a button that copies it and says so for a moment. */
export function copyOnClick(): void {
  for (const button of all('[data-copy]', HTMLButtonElement)) {
    button.hidden = !navigator.clipboard;
    button.addEventListener('click', () => copyFrom(button));
  }
}

async function copyFrom(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? '');
  const label = button.querySelector('span:last-child');
  const before = label?.textContent ?? '';
  if (!label || before === button.dataset.copied) return;
  label.textContent = button.dataset.copied ?? '';
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}
