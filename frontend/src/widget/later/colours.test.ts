import { expect, it } from 'vitest';
import { contrast, mixed, shadesOf, textOn } from './colours';

const STEPS = ['00', '33', '66', '99', 'cc', 'ff'];
const COLOURS = STEPS.flatMap((red) =>
  STEPS.flatMap((green) => STEPS.map((blue) => `#${red}${green}${blue}`)),
);

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 1);
});

it('mixes', () => {
  expect(mixed('#000000', '#ffffff', 0.5)).toBe('#808080');
  expect(mixed('#0b7285', '#ffffff', 0)).toBe('#0b7285');
});

it('writes white where it can be read, and black elsewhere', () => {
  expect(textOn('#0b7285')).toBe('#ffffff');
  expect(textOn('#ffd43b')).toBe('#000000');
});

it.each(['light', 'dark'] as const)('can be read with every colour, %s (Y-08)', (scheme) => {
  const surfaces = scheme === 'light' ? ['#ffffff', '#f3f6f7'] : ['#141c1f', '#1d282c'];
  for (const colour of COLOURS) {
    const { accent, strong, end, on, soft, text, deep } = shadesOf(colour, scheme);
    const pairs = [accent, strong, end].map((ground) => [on, ground]);
    pairs.push(['#ffffff', deep], ...[soft, ...surfaces].map((ground) => [text, ground]));
    for (const [front = '', ground = ''] of pairs)
      expect
        .soft(contrast(front, ground), `${colour}: ${front} on ${ground}`)
        .toBeGreaterThan(4.49);
  }
});

it('leaves a colour that is good as it is', () => {
  expect(shadesOf('#0b7285', 'light').accent).toBe('#0b7285');
});
