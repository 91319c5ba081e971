import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { MenuItem } from '../../shared/style';
import { MenuList } from './MenuList';

async function shown(items: MenuItem[] | undefined, isTalking = true) {
  const place = document.body.appendChild(document.createElement('div'));
  const does = isTalking ? vi.fn() : undefined;
  const menu = (
    <MenuList
      site="k1"
      items={items}
      forum={{ text: 'Hat lovers', url: 'https://forum.example/' }}
      sound={false}
      sendsWithControl={false}
      onSound={vi.fn()}
      onSendsWithControl={vi.fn()}
      onRate={does}
      onSave={does}
      onLeave={does}
      onPrivacy={does}
      onEnd={does}
      onClose={vi.fn()}
    />
  );
  await act(() => render(menu, place));
  return {
    place,
    labels: [...place.querySelectorAll('.menu-list__item')].map((one) => one.textContent),
  };
}

it('has everything while nobody knows what the company lets stand there', async () => {
  expect((await shown(undefined)).labels).toHaveLength(9);
});

it('has what the company lets stand there, and always the way out (W-33, Y-09)', async () => {
  const { labels } = await shown(['sound', 'forum']);

  expect(labels).toEqual(['Sound', 'Hat lovers', 'Report abuse', 'End the conversation']);
});

it('always leads to where the company can be reported, whatever the company lets stand there', async () => {
  const { place, labels } = await shown([], false);

  expect(labels).toEqual(['Report abuse']);
  expect(place.querySelector('a')?.getAttribute('href')).toBe('/report?site=k1');
});
