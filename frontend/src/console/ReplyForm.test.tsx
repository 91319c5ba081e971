import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import { Drafts } from './drafts';
import { ReplyForm } from './ReplyForm';

async function shown(drafts: Drafts, onSend: (id: string, text: string) => Promise<boolean>) {
  const place = document.createElement('div');
  await act(async () => {
    render(
      <ReplyForm address="li@mail.example" drafts={drafts} where="mail:7" onSend={onSend} />,
      place,
    );
  });
  const box = () => place.querySelector('textarea') as HTMLTextAreaElement;
  const write = (text: string) =>
    act(async () => {
      box().value = text;
      box().dispatchEvent(new Event('input', { bubbles: true }));
    });
  const send = () =>
    act(async () => {
      place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    });
  return { box, write, send };
}

it('keeps what was written until it is sent', async () => {
  const drafts = new Drafts(sessionStorage, 'a:');
  const { write } = await shown(drafts, async () => true);
  await write('Good day');

  const { box, send } = await shown(drafts, async () => true);
  expect(box().value).toBe('Good day');

  await send();
  expect(box().value).toBe('');
  expect(drafts.of('mail:7')).toBe('');
});

it('sends under the same number until it has arrived', async () => {
  const answers = [false, true, true];
  const onSend = vi.fn(async (_id: string, _text: string) => answers.shift() ?? true);
  const { write, send } = await shown(new Drafts(sessionStorage, 'b:'), onSend);
  await write('One');

  await send();
  await send();
  await write('Two');
  await send();

  const [first, again, next] = onSend.mock.calls.map(([id]) => id);
  expect(again).toBe(first);
  expect(next).not.toBe(first);
});

it('sends nothing that says nothing', async () => {
  const onSend = vi.fn(async () => true);
  const { write, send } = await shown(new Drafts(sessionStorage, 'c:'), onSend);
  await write('  ');

  await send();

  expect(onSend).not.toHaveBeenCalled();
});
