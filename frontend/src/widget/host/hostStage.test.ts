import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aReception } from '../../shared/testing';
import { HostStage } from './hostStage';
import { aLauncher, anEntry, anInvitation, aScene, FakeGround } from './testing';

const listened = vi.spyOn(document, 'addEventListener');

afterEach(() => {
  for (const [name, listener] of listened.mock.calls) document.removeEventListener(name, listener);
  listened.mockClear();
});

beforeEach(() => {
  sessionStorage.clear();
  for (const one of document.querySelectorAll('laike-widget, laike-launcher')) one.remove();
  document.body.innerHTML = '<h1>Hats</h1><input id="search">';
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }));
});

function raise(ground: FakeGround): HostStage {
  return new HostStage(ground);
}

function inlineRoots(): (ShadowRoot | null | undefined)[] {
  return [...document.querySelectorAll('[data-laike]')].map(
    (spot) => spot.querySelector('laike-launcher')?.shadowRoot,
  );
}

describe('launchers', () => {
  it('leaves the bubble to the loader as long as it is enough', () => {
    const ground = new FakeGround(aLauncher(), true);
    const stage = raise(ground);

    stage.play(aScene());
    expect([ground.bubble.hidden, ground.launcher]).toEqual([false, null]);
    stage.play(aScene({ launcher: aLauncher({ template: 'dots' }) }));

    expect(ground.bubble.hidden).toBe(true);
    expect(ground.launcher?.querySelector('.bubble')).not.toBeNull();
  });

  it('follows a change of the style on the open page (Y-10)', () => {
    const ground = new FakeGround(aLauncher({ kind: 'text' }));
    const stage = raise(ground);
    expect(ground.launcher?.querySelector('.text')).not.toBeNull();

    stage.play(aScene({ launcher: aLauncher({ kind: 'none' }) }));

    expect(ground.launcher).toBeNull();
    expect(ground.bubble.hidden).toBe(true);
  });

  it('goes while the company is closed, but never from who is in a conversation', () => {
    const ground = new FakeGround(aLauncher(), true);
    const stage = raise(ground);
    const reception = aReception({ standing: 'closed', when_closed: 'hide' });

    stage.play(aScene({ reception }));
    expect(ground.bubble.hidden).toBe(true);
    stage.play(aScene({ reception, talks: true }));

    expect(ground.bubble.hidden).toBe(false);
  });

  it('begins on the next page as it was on this one', () => {
    const reception = aReception({ entries: [anEntry()] });
    const launcher = aLauncher({ kind: 'list' });
    raise(new FakeGround(launcher)).play(aScene({ launcher, reception }));

    const next = new FakeGround(launcher);
    raise(next);

    expect(next.launcher?.querySelector('.name')?.textContent).toBe('Adam');
  });

  it('opens the window for whom the visitor chose (R-10, R-11)', () => {
    const launcher = aLauncher({ kind: 'list' });
    const ground = new FakeGround(launcher);
    raise(ground).play(aScene({ launcher, reception: aReception({ entries: [anEntry()] }) }));

    ground.launcher?.querySelector<HTMLElement>('li button')?.click();

    expect(ground.host.hasAttribute('open')).toBe(true);
    expect(ground.told).toEqual([{ type: 'choose', entry: { member: 2 } }]);
  });

  it('falls back to the bubble when the page lets no picture in', () => {
    const launcher = aLauncher({ kind: 'picture', pictures: { online: '/p/1', offline: '' } });
    const ground = new FakeGround(launcher);
    raise(ground);

    ground.launcher?.querySelector('img')?.dispatchEvent(new Event('error'));

    expect(ground.launcher?.querySelector('.bubble')).not.toBeNull();
  });
});

describe('in the page', () => {
  it('stands in every empty place, also in those that come later', async () => {
    document.body.innerHTML += '<p data-laike></p><p data-laike></p>';
    raise(new FakeGround(aLauncher({ kind: 'text', place: 'inline' })));
    expect(inlineRoots().filter(Boolean)).toHaveLength(2);

    document.body.append(Object.assign(document.createElement('p'), { id: 'late' }));
    document.getElementById('late')?.setAttribute('data-laike', '');
    document.body.append(document.createElement('hr'));

    await vi.waitFor(() => expect(inlineRoots().filter(Boolean)).toHaveLength(3));
  });

  it("lets the page's own link open the window, wherever the launcher stands", () => {
    document.body.innerHTML += '<a href="#" data-laike><em>Ask us</em></a>';
    const ground = new FakeGround(aLauncher({ kind: 'none' }));
    raise(ground);

    document.querySelector('em')?.click();

    expect(ground.host.hasAttribute('open')).toBe(true);
    expect(document.querySelector('a laike-launcher')).toBeNull();
  });

  it('gives the keyboard back to that link', () => {
    document.body.innerHTML += '<a href="#" data-laike>Ask us</a>';
    const ground = new FakeGround(aLauncher({ kind: 'none' }));
    raise(ground);
    document.querySelector('a')?.click();

    ground.show(false);

    expect(document.activeElement).toBe(document.querySelector('a'));
  });

  it('comes back when the page sweeps it away', async () => {
    raise(new FakeGround(aLauncher({ template: 'dots', place: 'fixed' })));
    const standing = () => document.querySelector(':root > laike-launcher');
    expect(standing()).not.toBeNull();

    standing()?.remove();

    await vi.waitFor(() => expect(standing()).not.toBeNull());
  });
});

describe('invitations', () => {
  const answers = (ground: FakeGround) =>
    ground.told.filter((message) => message.type === 'invitation_answered');

  async function shown(ground: FakeGround): Promise<ShadowRoot> {
    await vi.waitFor(() => expect(ground.invitation?.querySelector('.box')).not.toBeNull());
    return ground.invitation as ShadowRoot;
  }

  it('stand there once, with title, text and two answers (I-11)', async () => {
    const ground = new FakeGround(aLauncher(), true);
    const stage = raise(ground);

    stage.play(aScene({ invitation: anInvitation() }));
    stage.play(aScene({ invitation: anInvitation() }));

    const box = await shown(ground);
    expect(ground.root.querySelectorAll('laike-invitation')).toHaveLength(1);
    expect(box.querySelector('h2')?.textContent).toBe('Hello');
    expect(box.querySelector('p')?.textContent).toBe('May we help?');
    expect([...box.querySelectorAll('.answers button')].map((one) => one.textContent)).toEqual([
      'Chat now',
      'Not now',
    ]);
  });

  it('have a picture of the company, from our origin (I-13)', async () => {
    const ground = new FakeGround();
    raise(ground).play(aScene({ invitation: anInvitation({ picture: '/p/tea' }) }));

    expect((await shown(ground)).querySelector('img')?.src).toBe('https://chat.test/p/tea');
  });

  it('leave the keyboard with who is writing', async () => {
    const ground = new FakeGround();
    document.getElementById('search')?.focus();

    raise(ground).play(aScene({ invitation: anInvitation() }));
    await shown(ground);

    expect(document.activeElement?.id).toBe('search');
  });

  it('are accepted with a click, which opens the window', async () => {
    const ground = new FakeGround();
    raise(ground).play(aScene({ invitation: anInvitation() }));

    (await shown(ground)).querySelector<HTMLElement>('.accept')?.click();

    expect(answers(ground)).toEqual([{ type: 'invitation_answered', id: 7, accepts: true }]);
    expect(ground.host.hasAttribute('open')).toBe(true);
    expect(ground.invitation).toBeNull();
  });

  it('are accepted, too, by opening the window oneself', async () => {
    const ground = new FakeGround();
    raise(ground).play(aScene({ invitation: anInvitation() }));
    await shown(ground);

    ground.show(true);

    expect(answers(ground)).toEqual([{ type: 'invitation_answered', id: 7, accepts: true }]);
    expect(ground.invitation).toBeNull();
  });

  it('are declined with Esc, unless that was meant for what is being written', async () => {
    const ground = new FakeGround();
    const stage = raise(ground);
    stage.play(aScene({ invitation: anInvitation() }));
    await shown(ground);
    const pressed = () => new KeyboardEvent('keydown', { key: 'Escape', bubbles: true });

    document.getElementById('search')?.dispatchEvent(pressed());
    expect(answers(ground)).toEqual([]);
    document.body.dispatchEvent(pressed());
    stage.play(aScene({ invitation: anInvitation() }));

    expect(answers(ground)).toEqual([{ type: 'invitation_answered', id: 7, accepts: false }]);
    expect(ground.invitation).toBeNull();
  });

  it('go when they have ended some other way', async () => {
    const ground = new FakeGround();
    const stage = raise(ground);
    stage.play(aScene({ invitation: anInvitation() }));
    await shown(ground);

    stage.play(aScene());

    expect([ground.invitation, answers(ground)]).toEqual([null, []]);
  });

  it('open the window at once where that is the manner, and leave the keyboard (I-07)', () => {
    const ground = new FakeGround();

    raise(ground).play(aScene({ invitation: anInvitation({ manner: 'direct' }) }));

    expect([ground.host.hasAttribute('open'), ground.quietly]).toEqual([true, true]);
    expect(answers(ground)).toEqual([{ type: 'invitation_answered', id: 7, accepts: true }]);
    expect(ground.invitation).toBeNull();
  });
});
