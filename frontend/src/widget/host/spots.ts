const SPOT = '[data-laike]';

/** The empty elements of the page that the launcher is put into (Y-10, inline). */
export function emptySpots(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(SPOT)].filter((spot) => !hasOwnContent(spot));
}

/** Tells when the page has changed, at most once a frame: single-page applications put theirs in late. */
export function onPageChange(changed: () => void): () => void {
  let isDue = false;
  const observer = new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      changed();
    });
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** A link or button of the page's own that says `data-laike` opens the window. */
export function onSpotClick(opened: (spot: HTMLElement) => void): void {
  document.addEventListener('click', (event) => {
    const spot = (event.target as Element | null)?.closest?.<HTMLElement>(SPOT);
    if (!spot || !hasOwnContent(spot) || event.defaultPrevented) return;
    event.preventDefault();
    opened(spot);
  });
}

function hasOwnContent(spot: HTMLElement): boolean {
  return [...spot.childNodes].some(
    (node) =>
      (node.nodeName !== 'LAIKE-LAUNCHER' && node.textContent?.trim() !== '') ||
      node.nodeName === 'IMG' ||
      node.nodeName === 'svg',
  );
}
