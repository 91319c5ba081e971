import htmx from 'htmx.org';
import { all } from './elements.ts';

/** `data-refresh="5"`: asks for itself anew every so many seconds, by its own `hx-trigger="refresh"`, while the page is seen. */
export function refreshWhileSeen(): void {
  for (const { dataset, id } of all('[data-refresh]', HTMLElement)) {
    setInterval(() => {
      // By its id: each answer brings another element in its place.
      const part = document.getElementById(id);
      if (document.visibilityState === 'visible' && part) htmx.trigger(part, 'refresh', {});
    }, Number(dataset.refresh) * 1000);
  }
}
