import { all } from './elements.ts';

/** `data-chart`: what draws it is fetched only where there is one. */
export function drawCharts(): void {
  const places = all('[data-chart]', HTMLElement);
  if (places.length) void import('./chart.ts').then(({ draw }) => places.forEach(draw));
}
