import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it } from 'vitest';
import { StoredData } from './StoredData';

it('shows what is stored in words, and leaves out what is empty', () => {
  const data = {
    profile: { id: 7, number: 12, name: '<b>Olga</b>', email: '', note: null },
    consents: { shows_typing: true },
    visits: [{ ip: '10.0.0.1', pages: [{ url: 'https://shop.example/' }] }],
    offline_messages: [],
    something_new: 'kept',
  };
  const place = document.createElement('div');

  act(() => render(<StoredData data={data} />, place));

  const lines = [...place.querySelectorAll('.stored-data__line')].map((line) => line.textContent);
  expect(lines).toEqual([
    'Number12',
    'Name<b>Olga</b>',
    'The team can see what you are typingYes',
    'Internet address10.0.0.1',
    'Pagehttps://shop.example/',
    'something newkept',
  ]);
  expect([...place.querySelectorAll('summary')].map((one) => one.textContent)).toEqual([
    'Your visits (1)',
    'Pages (1)',
  ]);
});
