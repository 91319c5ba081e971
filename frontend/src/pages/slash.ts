/** `data-slash`: the box that the key `/` leads to, from wherever nothing is being typed. */
export function focusOnSlash(): void {
  document.addEventListener('keydown', (event) => {
    const box = document.querySelector<HTMLInputElement>('[data-slash]');
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!box || isTyping(document.activeElement)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}

const isTyping = (element: Element | null) =>
  element instanceof HTMLElement &&
  (element.isContentEditable || element.matches('input, textarea, select'));
