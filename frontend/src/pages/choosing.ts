import { all } from './elements.ts';

/** `data-shown-for="name=value"`: shown only while that is chosen in the form around it. */
export function showWhatIsChosen(): void {
  for (const part of all('[data-shown-for]', HTMLElement)) {
    const form = part.closest('form');
    const [name = '', value = ''] = (part.dataset.shownFor ?? '').split('=');
    if (!form) continue;
    const show = () => {
      part.hidden = new FormData(form).get(name) !== value;
    };
    form.addEventListener('change', show);
    show();
  }
}

/** `data-submit-on-change`: a form of filters that needs no button. */
export function submitOnChange(): void {
  for (const form of all('[data-submit-on-change]', HTMLFormElement))
    form.addEventListener('change', () => form.requestSubmit());
}
