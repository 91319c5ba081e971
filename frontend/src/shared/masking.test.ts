import { describe, expect, it } from 'vitest';
import { masked, maskedWhileTyped } from './masking';

const textOf = (text: string) => masked(text).text;

describe('a message', () => {
  it.each([
    ['4111111111111111', '••••••••••••1111'],
    ['My card is 4111 1111 1111 1111.', 'My card is •••• •••• •••• 1111.'],
    ['5555-5555-5555-4444', '••••-••••-••••-4444'],
    ['3782 822463 10005', '•••• •••••• •0005'],
    ['4222222222222', '•••••••••2222'],
    ['6212345678901232', '••••••••••••1232'],
    ['6212 3456 7890 1234 569', '•••• •••• •••• •••4 569'],
    ['卡号4111111111111111的', '卡号••••••••••••1111的'],
    ['４１１１　１１１１　１１１１　１１１１', '••••　••••　••••　１１１１'],
    ['4111－1111－1111－1111', '••••－••••－••••－1111'],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '• • • • • • • • • • • • 1 1 1 1'],
  ])('hides the card number in %s', (text, expected) => {
    expect(masked(text)).toEqual({ text: expected, hidden: true });
  });

  it.each([
    ['11010519491231002X', '••••••••••••••002X'],
    ['11010519491231002x', '••••••••••••••002x'],
    ['１１０１０５１９４９１２３１００２Ｘ', '••••••••••••••００２Ｘ'],
    ['身份证号:440524198001010013', '身份证号:••••••••••••••0013'],
    ['110105 19491231 002X', '•••••• •••••••• 002X'],
    ['Old: 110105491231002.', 'Old: •••••••••••1002.'],
  ])('deals with the identity number in %s', (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it('hides every one of several, and only those', () => {
    const text = '4111 1111 1111 1111 12 26 5555 5555 5555 4444\norder 20260301';

    expect(textOf(text)).toBe('•••• •••• •••• 1111 12 26 •••• •••• •••• 4444\norder 20260301');
  });

  it.each([
    ['a mobile number', '13800138000'],
    ['a mobile number with its country', '+86 138 0013 8000'],
    ['a number abroad', '+49 1512 3456789'],
    ['two phone numbers', '138 0013 8000, 139-0013-9000'],
    ['two phone numbers side by side', '138 0013 8000 139 0013 9000'],
    ['a hotline', '400-820-8820'],
    ['an order number whose check fails', '4111111111111112'],
    ['an order number with its day', '202603010900123456'],
    ['a long order number', '41111111111111111111111'],
    ['a moment in milliseconds', '1772355600000'],
    ['an identity number whose check fails', '110105194912310021'],
    ['an identity number of nobody', '110105194913310025'],
    ['fifteen digits that begin nowhere', '990105491231002'],
    ['fifteen digits in groups', '110 105 491 231 002'],
    ['days and times', '2026-03-01 09:00 - 2026-03-02 10:30'],
    ['prices', '4,111.11 + 1,111.11 = 5,222.22'],
    ['an address', 'http://192.168.100.200:8080/'],
    ['a size', '1920 x 1080'],
    ['a random id', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['words', '你好,请问有货吗? 👋🏽'],
  ])('leaves %s alone', (_what, text) => {
    expect(masked(text)).toEqual({ text, hidden: false });
  });

  it('says the same when it is masked again', () => {
    const once = textOf('4111 1111 1111 1111 and 11010519491231002X');

    expect(masked(once)).toEqual({ text: once, hidden: false });
  });

  it('sees the card in front of an x', () => {
    expect(textOf('4111111111111111 x')).toBe('••••••••••••1111 x');
  });

  it('takes no longer for four thousand digits than for a few', () => {
    const text = '4 '.repeat(2000);

    expect(masked(text).text).toHaveLength(text.length);
  });
});

describe('a message being written', () => {
  it('never shows more than the beginning of a card number, however far it is typed', () => {
    const card = '4111 1234 5678 9013';
    const shown = Array.from(card, (_, n) => maskedWhileTyped(card.slice(0, n + 1)));

    expect(shown[6]).toBe('4111 12');
    expect(shown.at(-1)).toBe('4111 12•• •••• ••••');
    expect(shown.every((text) => /^[\d ]{0,7}[• ]*$/.test(text))).toBe(true);
  });

  it('shows only the beginning of an identity number', () => {
    expect(maskedWhileTyped('身份证 １１０１０５１９４９１２３１００２Ｘ')).toBe(
      '身份证 １１０１０５••••••••••••',
    );
  });

  it.each(['2026-03-01 09:00', '123456', 'Order 20260301', '+86 186', '12,500.00', '9:00-18:00'])(
    'shows %s as it is',
    (text) => {
      expect(maskedWhileTyped(text)).toBe(text);
    },
  );
});
