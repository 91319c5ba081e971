import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Notices } from './notices';
import { aLine, aNotice } from './testing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function desk(...answers: ReturnType<typeof aNotice>[][]) {
  let told = answers[0] ?? [];
  const { line, asked } = aLine({
    notices: () => {
      told = answers.shift() ?? told;
      return { notices: told };
    },
  });
  return { notices: new Notices(line), asked };
}

const texts = (notices: Notices) => notices.all.value.map(({ text }) => text);

it('asks within seconds of hearing that something has changed', async () => {
  const { notices } = desk([aNotice({ text: 'New' })]);

  notices.hear({ name: 'notices_changed' });
  await vi.advanceTimersByTimeAsync(2_000);

  expect(texts(notices)).toEqual(['New']);
});

it('asks by itself should nobody say anything, and when one ends', async () => {
  const until = new Date(Date.now() + 30_000).toISOString();
  const { notices } = desk([aNotice({ text: 'Ends', until })], [], [aNotice({ text: 'Later' })]);
  notices.catchUp();
  await vi.advanceTimersByTimeAsync(1);
  expect(texts(notices)).toEqual(['Ends']);

  await vi.advanceTimersByTimeAsync(30_000);
  expect(texts(notices)).toEqual([]);

  await vi.advanceTimersByTimeAsync(120_000);
  expect(texts(notices)).toEqual(['Later']);
});

it('shows no more what was put away, also when an older answer still has it', async () => {
  const one = aNotice({ id: 'announcement:1' });
  const { notices, asked } = desk([one], [one]);
  notices.catchUp();
  await vi.advanceTimersByTimeAsync(1);

  await notices.dismiss(one);
  notices.hear({ name: 'notices_changed' });
  await vi.advanceTimersByTimeAsync(2_000);

  expect(asked).toContainEqual(['dismiss_notice', { id: 'announcement:1' }]);
  expect(texts(notices)).toEqual([]);
});

it('asks no more once the desk is closed', async () => {
  const { notices, asked } = desk([]);
  notices.catchUp();
  notices.stop();

  await vi.advanceTimersByTimeAsync(300_000);

  expect(asked).toEqual([]);
});
