import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import { Refused } from '../../shared/refusal';
import type { FormField } from '../../shared/style';
import { aStyle } from '../../shared/testing';
import { type Answers, chatWith, welcome } from '../testing';
import { Registration } from './Registration';

const field = (key: string, changes: Partial<FormField> = {}): FormField => ({
  key,
  label: '',
  kind: 'line',
  is_required: false,
  options: [],
  url: '',
  ...changes,
});
const fields = [
  field('name', { is_required: true }),
  field('own1', { label: 'About', kind: 'choice', options: ['Order', 'Return'] }),
  field('own2', {
    label: 'I agree',
    kind: 'consent',
    is_required: true,
    url: 'https://x.example/',
  }),
];

async function shown(answers: Answers = {}, kept: Record<string, string> = {}) {
  const { chat, host, asked, push } = chatWith(answers, kept);
  const style = aStyle({}, { form: { fields, before_chat: true, board_url: '' } });
  style.texts.registration = 'Tell us a little';
  push(welcome({ must_register: true, style }));
  const place = document.body.appendChild(document.createElement('div'));
  await act(() => render(<Registration chat={chat} host={host} />, place));
  const submit = () =>
    act(async () => {
      place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    });
  const fill = (selector: string, value: string, event = 'input') =>
    act(() => {
      const input = place.querySelector<HTMLInputElement>(selector);
      if (!input) throw new Error(selector);
      if (input.type === 'checkbox') input.checked = value === 'yes';
      else input.value = value;
      input.dispatchEvent(new Event(event));
    });
  const complaints = () =>
    [...place.querySelectorAll('[class$="__complaint"]')].map((one) => one.textContent);
  return { chat, host, asked, place, submit, fill, complaints };
}

it('asks what the company wants to know, in its words (W-24, M-05)', async () => {
  const { place } = await shown();

  const labels = [...place.querySelectorAll('label')].map((label) => label.textContent);
  expect(labels).toEqual(['Name *', 'About', 'I agree *']);
  expect(place.querySelector('.form__words')?.textContent).toBe('Tell us a little');
  expect([...place.querySelectorAll('option')].map(({ value }) => value)).toEqual([
    '',
    'Order',
    'Return',
  ]);
});

it('says what is missing beside it, and asks nobody', async () => {
  const { asked, submit, complaints } = await shown();

  await submit();

  expect(complaints()).toEqual(['Fill this in.', 'Tick this to go on.']);
  expect(asked).toEqual([]);
});

it('registers, and keeps what is about him for the next form', async () => {
  const { chat, host, asked, fill, submit } = await shown();

  await fill('[name=name]', 'Wu');
  await fill('select', 'Order', 'change');
  await fill('[type=checkbox]', 'yes', 'change');
  await submit();

  expect(asked).toEqual([['register', { answers: { name: 'Wu', own1: 'Order', own2: 'yes' } }]]);
  expect(chat.entrance.mustRegister.value).toBe(false);
  expect(host.kept('answers')).toBe('{"name":"Wu"}');
});

it('shows the server’s complaints, and has lost nothing, also over a reload', async () => {
  const refused = () => new Refused('invalid', 'Please check.', { name: 'Too short.' });
  const { host, place, fill, submit, complaints } = await shown({ register: refused });
  await fill('[name=name]', 'W');
  await fill('[type=checkbox]', 'yes', 'change');

  await submit();

  await vi.waitFor(() => expect(complaints()).toEqual(['Too short.']));
  expect(place.querySelector<HTMLInputElement>('[name=name]')?.value).toBe('W');

  const again = await shown({}, { answers: host.kept('answers') ?? '' });
  expect(again.place.querySelector<HTMLInputElement>('[name=name]')?.value).toBe('W');
});

it('forgets a choice that is not offered any more', async () => {
  const { place } = await shown({}, { answers: '{"own1":"Complaint"}' });

  expect(place.querySelector('select')?.value).toBe('');
});
