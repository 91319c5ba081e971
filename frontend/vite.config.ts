import { defineConfig } from 'vitest/config';
import { icons } from './build/icons.ts';
import { textOnly } from './build/textOnly.ts';
import { words } from './build/words.ts';

/** What development, tests and the build have in common; build/build.ts adds the entries. */
export default defineConfig({
  base: '/a/',
  plugins: [icons(), words(), textOnly()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    environment: 'happy-dom',
    pool: 'vmThreads',
    include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
  },
});
