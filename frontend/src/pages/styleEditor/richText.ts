import './richText.css';
import { Editor } from '@tiptap/core';
import Image from '@tiptap/extension-image';
import StarterKit from '@tiptap/starter-kit';
import { changed } from './editor.ts';
import { keep } from './pictures.ts';

const LINKS = {
  openOnClick: false,
  autolink: true,
  defaultProtocol: 'https',
  protocols: ['https', 'mailto', 'tel'],
};

/** Puts an editor in front of the box; the box keeps what the form sends. */
export function write(form: HTMLFormElement, place: HTMLElement): void {
  const box = place.querySelector('textarea');
  const label = place.querySelector('label');
  const tools = place.querySelector<HTMLElement>('[data-rich-tools]');
  if (!box || !tools) return;
  const paper = document.createElement('div');
  paper.className = 'rich__paper';
  tools.after(paper);
  const editor = new Editor({
    element: paper,
    content: box.value,
    injectCSS: false,
    extensions: [
      StarterKit.configure({ heading: { levels: [2, 3] }, codeBlock: false, link: LINKS }),
      Image,
    ],
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label?.textContent?.trim() ?? '',
      },
    },
    onUpdate: () => {
      box.value = editor.isEmpty ? '' : editor.getHTML();
      changed(form);
    },
    onTransaction: () => mark(tools, editor),
  });
  box.hidden = true;
  tools.hidden = false;
  label?.addEventListener('click', () => editor.commands.focus());
  useTools(place, tools, editor);
  useLinks(place, editor);
  usePictures(form, place, editor);
}

function useTools(place: HTMLElement, tools: HTMLElement, editor: Editor): void {
  tools.addEventListener('click', ({ target }) => {
    const button =
      target instanceof Element ? target.closest<HTMLElement>('[data-rich-command]') : null;
    const command = button?.dataset.richCommand;
    if (command === 'link') openLink(place, editor);
    else if (command) obey(command, editor);
  });
}

function obey(command: string, editor: Editor): void {
  const chain = editor.chain().focus();
  const commands: Record<string, () => boolean> = {
    heading: () => chain.toggleHeading({ level: 2 }).run(),
    bold: () => chain.toggleBold().run(),
    italic: () => chain.toggleItalic().run(),
    underline: () => chain.toggleUnderline().run(),
    bulletList: () => chain.toggleBulletList().run(),
    orderedList: () => chain.toggleOrderedList().run(),
    blockquote: () => chain.toggleBlockquote().run(),
    undo: () => chain.undo().run(),
    redo: () => chain.redo().run(),
  };
  commands[command]?.();
}

/** The tools of what the caret stands in look pressed. */
function mark(tools: HTMLElement, editor: Editor): void {
  for (const tool of tools.querySelectorAll<HTMLElement>('[data-rich-command]')) {
    const command = tool.dataset.richCommand ?? '';
    if (!['undo', 'redo'].includes(command))
      tool.setAttribute('aria-pressed', String(editor.isActive(command)));
  }
}

function openLink(place: HTMLElement, editor: Editor): void {
  const line = place.querySelector<HTMLElement>('[data-rich-link]');
  const address = place.querySelector<HTMLInputElement>('[data-rich-address]');
  if (!line || !address) return;
  line.hidden = !line.hidden;
  address.value = String(editor.getAttributes('link').href ?? '');
  if (!line.hidden) address.focus();
}

function useLinks(place: HTMLElement, editor: Editor): void {
  const line = place.querySelector<HTMLElement>('[data-rich-link]');
  const address = place.querySelector<HTMLInputElement>('[data-rich-address]');
  const set = (to: string) => {
    const chain = editor.chain().focus().extendMarkRange('link');
    if (to) chain.setLink({ href: to }).run();
    else chain.unsetLink().run();
    if (line) line.hidden = true;
  };
  const typed = () => withScheme(address?.value.trim() ?? '');
  place.querySelector('[data-rich-link-set]')?.addEventListener('click', () => set(typed()));
  place.querySelector('[data-rich-link-remove]')?.addEventListener('click', () => set(''));
  address?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Not the form's.
    event.preventDefault();
    set(typed());
  });
}

/** `shop.example` means `https://shop.example`. */
export function withScheme(address: string): string {
  return address === '' || /^[a-z]+:/i.test(address) ? address : `https://${address}`;
}

function usePictures(form: HTMLFormElement, place: HTMLElement, editor: Editor): void {
  const input = place.querySelector<HTMLInputElement>('[data-rich-picture]');
  const fault = place.querySelector('[data-rich-fault]');
  input?.addEventListener('change', async () => {
    const file = input.files?.[0];
    if (!file) return;
    if (fault) fault.textContent = '';
    try {
      const { url } = await keep(form, file, 'introduction');
      editor.chain().focus().setImage({ src: url, alt: '' }).run();
    } catch (error) {
      if (fault) fault.textContent = error instanceof Error ? error.message : '';
    }
    input.value = '';
  });
}
