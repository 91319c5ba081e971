import { expect, it } from 'vitest';
import { waitWords } from './waitWords';

it.each([
  [{ from: 5, to: 40 }, 'The wait is up to 1 minute.'],
  [{ from: 30, to: 290 }, 'The wait is up to about 5 minutes.'],
  [{ from: 125, to: 290 }, 'The wait is about 2 to 5 minutes.'],
  [{ from: 180, to: 180 }, 'The wait is about 3 minutes.'],
  [{ from: 3700, to: 9000 }, 'The wait is more than an hour.'],
])('says %o in words', (wait, words) => {
  expect(waitWords(wait)).toBe(words);
});
