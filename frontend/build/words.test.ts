import { expect, it } from 'vitest';
import { wordsIn } from './words';

it('finds what is said, in every kind of quotes and over several lines', () => {
  const code = `t('Send'); t("It's here"); tn('{n} file', '{n} files', 2); t(\`Plain\`); t(
    'On the next line',
    { name },
  ); set('not said'); t(variable); t('It\\'s escaped')`;

  expect(wordsIn(code)).toEqual([
    'Send',
    "It's here",
    '{n} file',
    'Plain',
    'On the next line',
    "It's escaped",
  ]);
});
