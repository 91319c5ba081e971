import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { Reception, Style } from '../../shared/style';
import { aReception, aStyle } from '../../shared/testing';
import { chatWith } from '../testing';
import { OfflineForm } from './OfflineForm';

async function shown(reception: Partial<Reception>, style: Style | null = aStyle()) {
  const { host } = chatWith({});
  const place = document.body.appendChild(document.createElement('div'));
  const form = (
    <OfflineForm
      host={host}
      reception={aReception(reception)}
      style={style}
      text="Hello"
      onText={vi.fn()}
      onLeave={vi.fn()}
    />
  );
  await act(() => render(form, place));
  const words = place.querySelector('.form__words')?.textContent;
  const names = [...place.querySelectorAll('[name]')].map((one) => one.getAttribute('name'));
  return { place, words, names };
}

it('asks the usual while nobody knows what the company asks', async () => {
  const { names } = await shown({ standing: 'offline' }, null);

  expect(names).toEqual(['text', 'name', 'email', 'phone']);
});

it('says when the company opens', async () => {
  const { words } = await shown({ standing: 'closed', opens_at: '2036-03-05T09:00:00Z' });

  expect(words).toMatch(/^We are closed until March 5.*\. Leave a message/);
});

it('says what the company has to say (M-04)', async () => {
  const style = aStyle();
  style.texts.offline_message = 'Write, we call back.';

  expect((await shown({ standing: 'offline' }, style)).words).toBe('Write, we call back.');
});

it('says that everybody is busy where nobody has room (M-02)', async () => {
  const style = aStyle();
  style.texts.offline_message = 'Write, we call back.';
  style.texts.busy = '客服人员正忙';

  expect((await shown({ standing: 'busy' }, style)).words).toBe('客服人员正忙');
  expect((await shown({ standing: 'busy' })).words).toMatch(/^Everybody is in a conversation/);
});

it('leads to the company’s own board instead, where it has one (L-10)', async () => {
  const form = { fields: [], before_chat: false, board_url: 'https://board.example/' };

  const { place } = await shown({ standing: 'offline' }, aStyle({}, { form }));

  expect(place.querySelector('form')).toBeNull();
  expect(place.querySelector('a')?.href).toBe('https://board.example/');
});
