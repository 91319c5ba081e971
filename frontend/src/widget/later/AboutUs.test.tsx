import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { WindowStyle } from '../../shared/style';
import { aStyle } from '../../shared/testing';
import { chatWith } from '../testing';
import { AboutUs } from './AboutUs';
import { Foot } from './Foot';
import { Warning } from './Warning';

async function shown(look: Partial<WindowStyle>, onClose = vi.fn()) {
  const { chat } = chatWith({});
  chat.style.value = aStyle(look);
  const place = document.body.appendChild(document.createElement('div'));
  await act(() =>
    render(
      <>
        <Warning chat={chat} />
        <AboutUs chat={chat} isOpen onClose={onClose} />
        <Foot chat={chat} />
      </>,
      place,
    ),
  );
  return { chat, place, onClose };
}

it('shows nothing of what the company has not set', async () => {
  const { place } = await shown({});

  expect(place.innerHTML).toBe('');
});

it('introduces the company; links leave the conversation open, and learn nothing of it (W-13)', async () => {
  const { place } = await shown({
    introduction_html: '<p>Hats <a href="https://shop.example/" target="_top">here</a></p>',
  });

  const link = place.querySelector('.introduction a');
  expect(link?.getAttribute('target')).toBe('_blank');
  expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow');
});

it('has the picture, the payment and the contacts (W-14, W-19)', async () => {
  const { place } = await shown({
    picture: { url: '/p/1', link: 'https://shop.example/sale', text: 'Sale' },
    payment: { text: '', url: 'https://pay.example/' },
    contacts: [
      { kind: 'qq', label: '10001', url: 'https://wpa.qq.com/', picture: '' },
      { kind: 'wechat', label: 'acme', url: '', picture: '/p/2' },
    ],
  });

  const links = [...place.querySelectorAll('a')].map((link) => [link.href, link.target]);
  expect(links).toEqual([
    ['https://pay.example/', '_blank'],
    ['https://wpa.qq.com/', '_blank'],
    ['https://shop.example/sale', '_blank'],
  ]);
  expect(place.querySelector('.contacts__picture')).toBeNull();
  await act(() => place.querySelector<HTMLElement>('button.contacts__one')?.click());
  expect(place.querySelector('.contacts__picture')?.getAttribute('src')).toBe('/p/2');
});

it('warns, links and signs with the logo, and follows a change (W-15, W-17, W-20)', async () => {
  const { chat, place } = await shown({ warning: 'Never pay in advance' });
  expect(place.querySelector('.warning')?.textContent).toBe('Never pay in advance');

  await act(() => {
    chat.style.value = aStyle({
      links: [{ text: 'Delivery', url: 'https://shop.example/d' }],
      logo: { url: '/p/3', link: 'https://shop.example/' },
    });
  });

  expect(place.querySelector('.warning')).toBeNull();
  expect(place.querySelector('.foot__link')?.textContent).toBe('Delivery');
  expect(place.querySelector('.foot__logo')?.getAttribute('alt')).toBe('shop.example');
});

it('closes when there is nothing to show any more', async () => {
  const { chat, onClose } = await shown({ introduction_html: '<p>Hats</p>' });
  expect(onClose).not.toHaveBeenCalled();

  await act(() => {
    chat.style.value = aStyle();
  });

  expect(onClose).toHaveBeenCalledOnce();
});
