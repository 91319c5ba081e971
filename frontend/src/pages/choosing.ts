import { all } from './elements.ts';

/** `data-shown-for="name=value|other"`: shown only while one of those is chosen in the form around it. */
export function showWhatIsChosen(): void {
  for (const part of all('[data-shown-for]', HTMLElement)) {
    const form = part.closest('form');
    const [name = '', value = ''] = (part.dataset.shownFor ?? '').split('=');
    if (!form) continue;
    const show = () => {
      part.hidden = !value.split('|').includes(String(new FormData(form).get(name)));
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
