import { changed } from './editor.ts';

export type Kept = { url: string; note: string };
type Answer = Partial<Kept> & { ok: boolean; error?: { message: string } };

/** `data-picture="kind"`: what is chosen there is kept at once, and shown.  Also in rows that come later. */
export function choosePictures(form: HTMLFormElement): void {
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== 'file') return;
    const box = target.closest<HTMLElement>('[data-picture]');
    const file = target.files?.[0];
    if (box && file) void replace(form, box, target, file);
  });
  form.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-picture-remove]') : null;
    const box = button?.closest<HTMLElement>('[data-picture]');
    if (box) show(form, box, { url: '', note: '' });
  });
}

/** Sends a picture; gives where it is.  Throws what is wrong with it. */
export async function keep(form: HTMLFormElement, file: File, kind: string): Promise<Kept> {
  const sent = new FormData();
  sent.set('csrf_token', String(new FormData(form).get('csrf_token')));
  sent.set('kind', kind);
  sent.set('file', file);
  const response = await fetch(form.dataset.pictures ?? '', {
    method: 'POST',
    body: sent,
    headers: { Accept: 'application/json' },
  });
  const answer = (await response.json()) as Answer;
  if (!answer.ok) throw new Error(answer.error?.message ?? '');
  return { url: answer.url ?? '', note: answer.note ?? '' };
}

async function replace(
  form: HTMLFormElement,
  box: HTMLElement,
  input: HTMLInputElement,
  file: File,
): Promise<void> {
  const fault = box.querySelector('[data-picture-fault]');
  const label = box.querySelector<HTMLElement>('.picture__button');
  if (fault) fault.textContent = '';
  label?.setAttribute('aria-busy', 'true');
  try {
    show(form, box, await keep(form, file, box.dataset.picture ?? ''));
  } catch (error) {
    if (fault) fault.textContent = error instanceof Error ? error.message : '';
  }
  label?.removeAttribute('aria-busy');
  // It is kept already: the form need not send it again.
  input.value = '';
}

function show(form: HTMLFormElement, box: HTMLElement, { url, note }: Kept): void {
  const address = box.querySelector<HTMLInputElement>('[data-picture-address]');
  const shown = box.querySelector('[data-picture-shown]');
  const said = box.querySelector('[data-picture-note]');
  const remove = box.querySelector<HTMLElement>('[data-picture-remove]');
  if (address) address.value = url;
  shown?.replaceChildren(url ? drawn(url) : placeholder());
  if (said) said.textContent = note;
  if (remove) remove.hidden = url === '';
  changed(form);
}

function drawn(url: string): HTMLImageElement {
  const picture = new Image();
  picture.src = url;
  picture.alt = '';
  return picture;
}

function placeholder(): HTMLElement {
  const icon = document.createElement('span');
  icon.className = 'icon icon--photo';
  icon.setAttribute('aria-hidden', 'true');
  return icon;
}
