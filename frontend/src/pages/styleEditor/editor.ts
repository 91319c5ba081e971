import { all } from '../elements.ts';
import { chooseColours } from './colours.ts';
import { choosePictures } from './pictures.ts';
import { followPreview } from './preview.ts';
import { writeRichly } from './richTexts.ts';
import { drawShapes } from './shapes.ts';

/** Everything a style's editor does beyond its form: the preview, colours, pictures, rich text. */
export function edit(place: HTMLElement): void {
  const form = place.querySelector('form');
  if (!form) return;
  followPreview(place, form);
  chooseColours(form);
  drawShapes(form);
  choosePictures(form);
  writeRichly(form);
  noteChanges(place, form);
}

/** Tells the form's own listeners that it is different now: what scripts write into fields makes no event by itself. */
export function changed(form: HTMLFormElement): void {
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

function noteChanges(place: HTMLElement, form: HTMLFormElement): void {
  const note = place.querySelector<HTMLElement>('[data-editor-unsaved]');
  form.addEventListener('input', () => {
    if (note) note.hidden = false;
  });
  // A row that came or went is a change too; htmx has put it there.
  document.body.addEventListener('htmx:afterSwap', (event) => {
    if (event.target instanceof Node && form.contains(event.target)) changed(form);
  });
  if (all('[aria-invalid]', HTMLElement).length && note) note.hidden = false;
}
