import { all } from './elements.ts';

const PLACEHOLDER = /\{(agent|company|visitor)\}/g;

/** `data-prompts`: texts that are said by themselves, with how they look while one writes them. */
export function samplePrompts(): void {
  for (const form of all('[data-prompts]', HTMLFormElement)) {
    const names: Record<string, string> = JSON.parse(form.dataset.prompts ?? '{}');
    for (const prompt of form.querySelectorAll<HTMLElement>('[data-prompt]')) follow(prompt, names);
  }
}

/** A text with names put in as the server does it. */
export function filled(text: string, names: Record<string, string>): string {
  return text.replace(PLACEHOLDER, (found, name) => names[name] ?? found);
}

function follow(prompt: HTMLElement, names: Record<string, string>): void {
  const text = prompt.querySelector('textarea');
  if (!text) return;
  const suggestion = prompt.querySelector<HTMLButtonElement>('[data-suggestion]');
  const show = () => sample(prompt, text, filled(text.value, names), suggestion);
  text.addEventListener('input', show);
  suggestion?.addEventListener('click', (event) => {
    event.preventDefault();
    text.value = suggestion.dataset.suggestion ?? '';
    // As if it had been typed: the form must not be left without a word.
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  });
  show();
}

function sample(
  prompt: HTMLElement,
  { value, maxLength }: HTMLTextAreaElement,
  words: string,
  suggestion: HTMLButtonElement | null,
): void {
  const isEmpty = value.trim() === '';
  for (const one of prompt.querySelectorAll<HTMLElement>('[data-prompt-sample]'))
    one.hidden = isEmpty;
  for (const bubble of prompt.querySelectorAll('[data-prompt-bubble]')) bubble.textContent = words;
  for (const count of prompt.querySelectorAll<HTMLElement>('[data-prompt-count]')) {
    count.hidden = isEmpty;
    count.textContent = `${value.length} / ${maxLength}`;
  }
  if (suggestion) suggestion.hidden = !isEmpty;
}
