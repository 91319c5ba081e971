import { describe, expect, it } from 'vitest';
import { isEmojiOnly, partsOf } from './textParts';

const links = (text: string) => partsOf(text).flatMap(({ href }) => href ?? []);

describe('addresses in a text', () => {
  it.each([
    ['see https://a.example/x?y=1#z.', ['https://a.example/x?y=1#z']],
    ['(www.a.example)', ['https://www.a.example']],
    ['看 https://a.example/茶，谢谢', ['https://a.example/茶']],
    ['http://a.example and https://b.example!', ['http://a.example', 'https://b.example']],
    ['javascript:alert(1) data:text/html,x', []],
    ['<a href="https://evil.example">', ['https://evil.example']],
    ['', []],
  ])('of %j are %j', (text, found) => {
    expect(links(text)).toEqual(found);
  });

  it('leave the text as it was', () => {
    const text = 'one https://a.example, two www.b.example.';

    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});

describe('a text', () => {
  it.each([
    ['👍', true],
    ['❤️ 🎉', true],
    ['👋🏽', true],
    ['👍👍👍👍', false],
    ['ok 👍', false],
    ['42', false],
  ])('%j is nothing but emoji: %s', (text, expected) => {
    expect(isEmojiOnly(text)).toBe(expected);
  });
});
