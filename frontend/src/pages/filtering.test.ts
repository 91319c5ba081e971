import { expect, test } from 'vitest';
import { filterLists } from './filtering.ts';

function find(words: string): string[] {
  document.body.innerHTML = `
    <input data-filter="#places" hidden>
    <ul id="places">
      <li data-words="zhejiang 浙江"><details><summary>2 cities</summary><ul>
        <li data-words="hangzhou 杭州"></li>
        <li data-words="ningbo 宁波"></li>
      </ul></details></li>
      <li data-words="germany 德国"></li>
    </ul>`;
  filterLists();
  const box = document.querySelector('input') as HTMLInputElement;
  expect(box.hidden).toBe(false);
  box.value = words;
  box.dispatchEvent(new Event('input'));
  const shown = document.querySelectorAll<HTMLElement>('[data-words]:not([hidden])');
  return [...shown].map((one) => one.dataset.words?.split(' ')[0] ?? '');
}

test('leaves what has these words, in any language, and what is around it', () => {
  expect(find('宁波')).toEqual(['zhejiang', 'ningbo']);
  expect(document.querySelector('details')?.open).toBe(true);
});

test('what lies inside of what was found stays too', () => {
  expect(find('Zhej')).toEqual(['zhejiang', 'hangzhou', 'ningbo']);
});

test('with nothing typed everything is there, folded', () => {
  expect(find('')).toHaveLength(4);
  expect(document.querySelector('details')?.open).toBe(false);
});
