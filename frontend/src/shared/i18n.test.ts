import { afterEach, describe, expect, it } from 'vitest';
import { bestLocale, speak, t, tn, useWords } from './i18n';

afterEach(() => useWords('en', {}));

describe('words', () => {
  it('are English without a translation', () => {
    expect(t('Send')).toBe('Send');
    expect(t('{name} is typing', { name: 'Nina' })).toBe('Nina is typing');
    expect(tn('{n} message', '{n} messages', 1)).toBe('1 message');
    expect(tn('{n} message', '{n} messages', 2)).toBe('2 messages');
  });

  it('come from the catalogue when it has them', () => {
    useWords('zh-Hans', { Send: '发送', '{n} message': ['{n} 条消息'], Empty: '' });

    expect(t('Send')).toBe('发送');
    expect(t('Empty')).toBe('Empty');
    expect(tn('{n} message', '{n} messages', 1)).toBe('1 条消息');
    expect(tn('{n} message', '{n} messages', 5)).toBe('5 条消息');
  });

  it('have as many plural forms as the language', () => {
    useWords('ar', { '{n} day': ['0', '1', '2', '3-10', '11-99', 'more'] });

    expect([0, 1, 2, 3, 11, 100].map((n) => tn('{n} day', '{n} days', n))).toEqual([
      '0',
      '1',
      '2',
      '3-10',
      '11-99',
      'more',
    ]);
  });
});

describe('the locale', () => {
  const there = ['en', 'zh-Hans', 'zh-Hant'];

  it.each([
    ['zh-CN', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh_Hant', 'zh-Hant'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['not a language!', 'en'],
  ])('for %s is %s', (wanted, best) => {
    expect(bestLocale(wanted, there)).toBe(best);
  });

  it('loads its words, and is English when there are none', async () => {
    await speak('zh-CN', { '../i18n/zh_Hans.json': async () => ({ default: { Send: '发送' } }) });
    expect(t('Send')).toBe('发送');
    expect(document.documentElement.lang).toBe('zh-Hans');

    await speak('zh-CN', {});
    expect(t('Send')).toBe('Send');
  });

  it('turns the page for languages written from the right', async () => {
    await speak('ar', {});

    expect(document.documentElement.dir).toBe('rtl');
  });
});
