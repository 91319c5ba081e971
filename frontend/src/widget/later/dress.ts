import type { Look } from '../look';
import { shadesOf } from './colours';
import './skins.css';

/** Puts a skin, a colour and a scheme onto the page (Y-08); skins.css makes our tokens of them. */
export function dress({ skin, accent, scheme }: Omit<Look, 'title'>): void {
  const root = document.documentElement;
  root.dataset.skin = skin;
  if (scheme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = scheme;
  for (const scheme of ['light', 'dark'] as const)
    for (const [name, shade] of Object.entries(shadesOf(accent, scheme)))
      root.style.setProperty(`--${scheme}-${name}`, shade);
}
