import { beforeEach, expect, it, vi } from 'vitest';
import { aReception } from '../../shared/testing';
import { LauncherView } from './launcherView';
import { aFace, anEntry } from './testing';

const HOSTILE = '<img src=x onerror=alert(1)>';
const toggle = vi.fn();
const miss = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  sessionStorage.clear();
  document.body.replaceChildren();
});

function aView() {
  const view = new LauncherView({ toggle, miss }, () => {});
  document.body.append(view.element);
  const root = view.element.shadowRoot as ShadowRoot;
  return {
    view,
    root,
    button: (name: string) =>
      root.querySelector<HTMLButtonElement>(name) ?? new HTMLButtonElement(),
  };
}

it('opens with one click, and says whether it is open (W-02)', () => {
  const { view, button } = aView();
  view.draw(aFace());

  button('.bubble').click();
  view.stand(true);

  expect(toggle).toHaveBeenCalledExactlyOnceWith(undefined);
  expect(button('.bubble').getAttribute('aria-expanded')).toBe('true');
  expect(button('.bubble').getAttribute('aria-label')).toBe('Close chat');
});

it('lists agents with their state, and opens for the one that was chosen (W-29)', () => {
  const { view, root, button } = aView();
  const away = anEntry({ id: 3, name: 'Nina', department: 'Tea counter', standing: 'offline' });

  view.draw(aFace({ kind: 'list' }, { reception: aReception({ entries: [anEntry(), away] }) }));
  button('li:last-child button').click();

  const said = [...root.querySelectorAll('li')].map((item) =>
    [...item.querySelectorAll('.name, .department, .standing')].map((one) => one.textContent),
  );
  expect(said).toEqual([
    ['Adam', 'Online'],
    ['Nina', 'Tea counter', 'Offline'],
  ]);
  expect(toggle).toHaveBeenCalledExactlyOnceWith({ member: 3 });
});

it('lists departments by name only (R-11)', () => {
  const { view, button } = aView();
  const entries = [anEntry({ kind: 'department', id: 9, name: 'Sales' })];
  view.draw(aFace({ kind: 'list' }, { reception: aReception({ entries }) }));

  button('li button').click();

  expect(toggle).toHaveBeenCalledExactlyOnceWith({ department: 9 });
});

it('is folded on a phone, and stays as the visitor left it', () => {
  const reception = aReception({ entries: [anEntry()] });
  const { view, root, button } = aView();
  const items = () => root.querySelector('ul');
  view.draw(aFace({ kind: 'list' }, { reception, isPhone: true }));
  expect(items()?.hidden).toBe(true);

  button('.head').click();
  expect(button('.head').getAttribute('aria-expanded')).toBe('true');
  view.draw(aFace({ kind: 'list' }, { reception, isPhone: true, isDark: true }));

  expect(items()?.hidden).toBe(false);
});

it('says what a company wrote, and never does it', () => {
  const { view, root } = aView();
  const entries = [anEntry({ name: HOSTILE, department: HOSTILE })];

  view.draw(aFace({ kind: 'list', text: HOSTILE }, { reception: aReception({ entries }) }));

  expect(root.querySelector('img')).toBeNull();
  expect(root.querySelector('.title')?.textContent).toBe(HOSTILE);
  expect(root.querySelector('.name')?.textContent).toBe(HOSTILE);
});

it('says our own words where the company has none, by who is there', () => {
  const { view, root } = aView();
  const said = () => root.querySelector('.text')?.textContent;

  view.draw(aFace({ kind: 'text' }));
  expect(said()).toBe('Chat with us');
  view.draw(aFace({ kind: 'text' }, { reception: aReception({ standing: 'closed' }) }));
  expect(said()).toBe('Leave a message');
  view.draw(aFace({ kind: 'text', text: 'Ask Acme' }));
  expect(said()).toBe('Ask Acme');
});

it('shows a picture when it has come, and tells when it does not', () => {
  const { view, root } = aView();
  view.draw(aFace({ kind: 'picture', pictures: { online: '/p/there', offline: '' } }));
  const image = root.querySelector('img') as HTMLImageElement;
  expect(image.hidden).toBe(true);

  image.dispatchEvent(new Event('load'));
  expect(image.hidden).toBe(false);
  image.dispatchEvent(new Event('error'));

  expect(miss).toHaveBeenCalledExactlyOnceWith('https://chat.test/p/there');
});

it('keeps the keyboard where it was while the list changes', () => {
  const { view, root, button } = aView();
  const listing = (...ids: number[]) =>
    aFace(
      { kind: 'list' },
      { reception: aReception({ entries: ids.map((id) => anEntry({ id })) }) },
    );
  view.draw(listing(2, 3));
  button('li:last-child button').focus();

  view.draw(listing(4, 2, 3));

  expect((root.activeElement as HTMLElement).dataset.key).toBe('member:3');
});

it('gives the keyboard back to what opened the window', () => {
  const { view, root, button } = aView();
  const entries = [anEntry(), anEntry({ id: 3 })];
  view.draw(aFace({ kind: 'list' }, { reception: aReception({ entries }) }));
  button('li:last-child button').focus();
  button('li:last-child button').click();
  button('.head').focus();

  expect(view.takeBack()).toBe(true);
  expect((root.activeElement as HTMLElement).dataset.key).toBe('member:3');
  expect(view.takeBack()).toBe(false);
});

it('counts what waits', () => {
  const { view, root } = aView();
  view.draw(aFace());

  view.count('9+');
  expect(root.querySelector('.badge')?.textContent).toBe('9+');
  view.count('');
  expect(root.querySelector<HTMLElement>('.badge')?.hidden).toBe(true);
});
