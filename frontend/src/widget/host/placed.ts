import type { Launcher } from '../../shared/style';
import { type Face, kindOf } from './face';

const OURS = '--accent:#0b7285;--ink:#ffffff';

/** The style rules of one launcher's place and colours.  As important as what a page says of everything in it. */
export function placed(face: Face): string {
  const rules = face.launcher.place === 'inline' ? INLINE : standing(face);
  return `:host{${important(rules)}}.launcher{${colours(face.launcher)}}`;
}

/** Whether it makes room while the window is open: all but the bubble, with which one closes it, and what is in the page. */
export function stepsAside(face: Face): boolean {
  const { place, at } = face.launcher;
  return place === 'floating' && (face.isPhone || at !== 'bottom' || kindOf(face) !== 'bubble');
}

/** How far up the window begins: above a bubble that stays, else where the bubble would be. */
export function windowBottom(face: Face): number {
  const { place, kind, offset } = face.launcher;
  const isAbove = kind !== 'none' && place === 'floating' && !stepsAside(face);
  return isAbove ? within(offset.edge) + 72 : 20;
}

export function windowSide({ launcher }: Face): number {
  return launcher.place === 'floating' ? Math.max(8, within(launcher.offset.side)) : 20;
}

/** Where an invitation comes up: above the bubble, and beside whatever else is in its corner. */
export function boxPlace(face: Face): { side: 'left' | 'right'; bottom: number } {
  const { place, kind, side, at, offset } = face.launcher;
  const isInCorner = kind !== 'none' && place === 'floating' && at === 'bottom';
  if (isInCorner && kindOf(face) === 'bubble') return { side, bottom: within(offset.edge) + 76 };
  return { side: isInCorner ? opposite(side) : side, bottom: 20 };
}

/** The company's colour, and what can be read on it. */
export function colours({ accent, on_accent }: Launcher): string {
  const isSound = [accent, on_accent].every((colour) => /^#[\da-f]{6}$/i.test(colour));
  return isSound ? `--accent:${accent};--ink:${on_accent}` : OURS;
}

const INLINE = { all: 'unset', display: 'inline-block', 'vertical-align': 'middle' };

function opposite(side: 'left' | 'right'): 'left' | 'right' {
  return side === 'left' ? 'right' : 'left';
}

function standing({ launcher }: Face): Record<string, string> {
  const { place, side, at, offset } = launcher;
  const box = { all: 'initial', display: 'block', [side]: `${within(offset.side)}px` };
  return place === 'fixed'
    ? { ...box, position: 'absolute', 'z-index': '2147482999', ...onPage(at, within(offset.edge)) }
    : { ...box, position: 'fixed', ...onScreen(at, within(offset.edge)) };
}

function onScreen(at: Face['launcher']['at'], edge: number): Record<string, string> {
  return at === 'middle' ? { top: '50%', transform: 'translateY(-50%)' } : { [at]: `${edge}px` };
}

/** The page's own bottom may be far below: what counts is the first screen. */
function onPage(at: Face['launcher']['at'], edge: number): Record<string, string> {
  if (at === 'top') return { top: `${edge}px` };
  return at === 'middle'
    ? { top: '50vh', transform: 'translateY(-50%)' }
    : { top: `calc(100vh - ${edge}px)`, transform: 'translateY(-100%)' };
}

/** What was set on a wide screen stays on a small one. */
function within(offset: number): number {
  return Math.max(0, Math.min(Number(offset) || 0, innerWidth / 2, innerHeight / 2));
}

function important(rules: Record<string, string>): string {
  return Object.entries(rules)
    .map(([name, value]) => `${name}:${value}!important`)
    .join(';');
}
