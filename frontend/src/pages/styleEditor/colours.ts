import { changed } from './editor.ts';

/** `data-colour`: a swatch that fills in the colour beside it.  The drawings in the form wear what is chosen. */
export function chooseColours(form: HTMLFormElement): void {
  const accent = form.querySelector<HTMLInputElement>('#accent');
  if (!accent) return;
  const swatches = [...form.querySelectorAll<HTMLButtonElement>('[data-colour]')];
  const wear = () => {
    form.style.setProperty('--chosen-accent', accent.value);
    for (const swatch of swatches)
      swatch.setAttribute('aria-pressed', String(swatch.dataset.colour === accent.value));
  };
  for (const swatch of swatches) {
    swatch.hidden = false;
    swatch.style.background = swatch.dataset.colour ?? '';
    swatch.addEventListener('click', () => {
      accent.value = swatch.dataset.colour ?? accent.value;
      wear();
      changed(form);
    });
  }
  accent.addEventListener('input', wear);
  wear();
}
