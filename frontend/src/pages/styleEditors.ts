import { all } from './elements.ts';

/** `data-editor`: a part of a style beside its preview.  What it takes is fetched only where there is one. */
export function openEditors(): void {
  const places = all('[data-editor]', HTMLElement);
  if (places.length)
    void import('./styleEditor/editor.ts').then(({ edit }) => places.forEach(edit));
  keepPictures();
}

/** `data-pictures` on a form without a preview beside it. */
function keepPictures(): void {
  const forms = all('form[data-pictures]', HTMLFormElement).filter(
    (form) => !form.closest('[data-editor]'),
  );
  if (forms.length)
    void import('./styleEditor/pictures.ts').then(({ choosePictures }) =>
      forms.forEach(choosePictures),
    );
}
