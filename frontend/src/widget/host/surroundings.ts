/** What of the page and the screen around it a launcher goes by. */
export type Surroundings = {
  isPhone: boolean;
  isDark: boolean;
  direction: 'ltr' | 'rtl';
};

/** As the loader's style sheet decides when the window fills the screen, and phones that lie on their side. */
const PHONE = '(max-width: 480px), (max-height: 480px) and (pointer: coarse)';
const DARK = '(prefers-color-scheme: dark)';
const TOLD = /rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)(?:[,/ ]+([\d.]+))?/;

export function surroundings(): Surroundings {
  return {
    isPhone: matchMedia(PHONE).matches,
    isDark: isDarkPage(),
    direction: getComputedStyle(document.documentElement).direction === 'rtl' ? 'rtl' : 'ltr',
  };
}

/** Tells when they may have become others: the screen is turned, night falls. */
export function onSurroundings(changed: () => void): void {
  for (const query of [PHONE, DARK]) matchMedia(query).addEventListener('change', changed);
}

/** By what is painted behind everything, else by what the page says it is made for. */
function isDarkPage(): boolean {
  for (const painted of [document.body, document.documentElement]) {
    const [, red, green, blue, alpha = '1'] =
      TOLD.exec(getComputedStyle(painted).backgroundColor) ?? [];
    if (red && Number(alpha) > 0.5)
      return luminance(...([red, green, blue].map(Number).map(linear) as RGB)) < 0.18;
  }
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme.includes('dark') && (!scheme.includes('light') || matchMedia(DARK).matches);
}

type RGB = [red: number, green: number, blue: number];

/** WCAG 2.2, relative luminance. */
function luminance(...[red, green, blue]: RGB): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
