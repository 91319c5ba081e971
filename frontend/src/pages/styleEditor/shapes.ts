import type { Launcher } from '../../shared/style.ts';
import { shapeOf } from '../../widget/host/shapes.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** `data-shape`: what the launcher of that name will look like. */
export function drawShapes(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>('[data-shape]')) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', shapeOf({ template: place.dataset.shape as Launcher['template'] }));
    path.setAttribute('fill-rule', 'evenodd');
    const drawing = document.createElementNS(SVG, 'svg');
    drawing.setAttribute('viewBox', '0 0 32 32');
    drawing.append(path);
    place.append(drawing);
  }
}
