import { expect, it } from 'vitest';
import { isPageLike } from './pagePatterns';

it.each([
  ['https://shop.example/hats/7', '/hats*', true],
  ['https://shop.example/hats?size=7', '/hats', true],
  ['https://shop.example/hats/', '/hats', true],
  ['https://shop.example/hats', '/hat', false],
  ['https://shop.example/hats', 'shop.example/hats', true],
  ['https://www.shop.example/hats', 'shop.example/hats', false],
  ['https://www.shop.example/hats', '*.shop.example/*', true],
  ['http://shop.example/hats', 'https://shop.example/*', false],
  ['https://shop.example/hats?size=7', '/hats?size=*', true],
  ['https://shop.example/HATS', '/hats', true],
  ['https://shop.example/a.b', '/a?b', false],
  ['https://shop.example/axb', '/a.b', false],
  ['nonsense', '*', false],
])('%s is like %s: %s (I-05)', (url, pattern, isLike) => {
  expect(isPageLike(url, pattern)).toBe(isLike);
});
