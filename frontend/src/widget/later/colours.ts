/** Colours a company chose, made so that people can read what is written on and in them (WCAG 2.2: 4.5 : 1). */

const WHITE = '#ffffff';
const BLACK = '#000000';
const READABLE = 4.5;
/** What a colour is seen on, by scheme: the surfaces of tokens.css, the one that asks most first. */
const SURFACES = { light: ['#f3f6f7', '#ffffff'], dark: ['#1d282c', '#141c1f'] } as const;
/** How far a button must stand out from what lies behind it; what is written on it tells the rest. */
const VISIBLE = { light: 1.3, dark: 1.8 };

export type Scheme = 'light' | 'dark';

/** What one colour becomes in one scheme. */
export type Shades = {
  /** Of buttons and one's own messages. */
  accent: string;
  /** The same under the mouse. */
  strong: string;
  /** Where the header's gradient ends. */
  end: string;
  /** What is written on these three. */
  on: string;
  /** Of what is only tinted, such as a chosen row. */
  soft: string;
  /** For words and icons on any surface, soft ones included. */
  text: string;
  /** Dark kinds, for a deep header with white on it. */
  deep: string;
  deepest: string;
};

export function shadesOf(colour: string, scheme: Scheme): Shades {
  const [, surface] = SURFACES[scheme];
  const away = scheme === 'light' ? BLACK : WHITE;
  const accent = until(colour, away, (shade) => contrast(shade, surface) >= VISIBLE[scheme]);
  const on = textOn(accent);
  const further = on === WHITE ? BLACK : WHITE;
  const soft = mixed(colour, surface, scheme === 'light' ? 0.88 : 0.78);
  const text = until(colour, away, (shade) =>
    [soft, ...SURFACES[scheme]].every((behind) => contrast(shade, behind) >= READABLE),
  );
  return {
    accent,
    on,
    strong: mixed(accent, further, 0.15),
    end: mixed(accent, further, 0.28),
    soft,
    text,
    deep: mixed(colour, BLACK, 0.55),
    deepest: mixed(colour, BLACK, 0.8),
  };
}

/** White as long as it can be read there, black otherwise: one of the two always can. */
export function textOn(colour: string): string {
  return contrast(colour, WHITE) >= READABLE ? WHITE : BLACK;
}

/** From 1 (the same) to 21 (black on white).  https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** One colour with so much of another in it, from 0 to 1. */
export function mixed(colour: string, other: string, share: number): string {
  const others = partsOf(other);
  const parts = partsOf(colour).map((part, at) => part + ((others[at] ?? 0) - part) * share);
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** The colour itself, or as little of another in it as it takes. */
function until(colour: string, other: string, isGood: (shade: string) => boolean): string {
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mixed(colour, other, share);
    if (isGood(shade)) return shade;
  }
  return other;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = partsOf(colour).map((part) => linear(part / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function partsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
