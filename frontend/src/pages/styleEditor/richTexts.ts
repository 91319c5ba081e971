/** `data-rich`: a text with headings, lists, links and pictures.  What it is written with is fetched only where there is one. */
export function writeRichly(form: HTMLFormElement): void {
  const places = [...form.querySelectorAll<HTMLElement>('[data-rich]')];
  if (places.length === 0) return;
  void import('./richText.ts').then(({ write }) => {
    for (const place of places) write(form, place);
  });
}
