import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { Entry, Reception } from '../../shared/style';
import { aReception } from '../../shared/testing';
import type { Choice } from '../bridge';
import { Choosing } from './Choosing';
import { Waiting } from './Waiting';

const entries: Entry[] = [
  { kind: 'department', id: 4, name: 'Sales', department: '', standing: 'online' },
  { kind: 'member', id: 3, name: 'Nina', department: 'Support', standing: 'offline' },
];

async function shown(reception: Partial<Reception>, chosen: Choice | null = null, busy = '') {
  const place = document.body.appendChild(document.createElement('div'));
  const shared = { reception: aReception(reception), chosen, busy, onLeave: vi.fn() };
  const onChoose = vi.fn();
  await act(() =>
    render(
      <>
        <Choosing {...shared} onChoose={onChoose} />
        <Waiting {...shared} queue={null} leftBy={null} />
      </>,
      place,
    ),
  );
  return { place, onChoose };
}

it('lets him choose with whom he speaks (W-29, R-10, R-11)', async () => {
  const { place, onChoose } = await shown({ entries });

  const [sales, nina] = place.querySelectorAll<HTMLElement>('.choosing__entry');
  sales?.click();
  nina?.click();

  expect(onChoose.mock.calls).toEqual([[{ department: 4 }], [{ member: 3 }]]);
});

it('says for whom he waits', async () => {
  const { place } = await shown({ entries }, { department: 4 });

  expect(place.textContent).toContain('You are waiting for Sales.');
});

it('offers to leave a message for somebody who is not there', async () => {
  expect((await shown({ entries }, { member: 3 })).place.textContent).toContain('Leave a message');
});

it('says in the company’s words that everybody is busy (M-02, W-31)', async () => {
  const busy = '客服人员正忙';

  const { place } = await shown({ standing: 'busy' }, null, busy);

  expect(place.querySelector('.choosing__busy')?.textContent).toBe(busy);
  expect(place.querySelector('.waiting__words')?.textContent).toContain(busy);
});
