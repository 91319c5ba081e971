import { describe, expect, it } from 'vitest';
import { aReception } from '../../shared/testing';
import { isForDevice, isWanted, kindOf, pictureOf } from './face';
import { aFace, anEntry } from './testing';

const OFFLINE = { reception: aReception({ standing: 'offline' }) };
const PICTURES = { online: '/p/there', offline: '/p/away' };

describe('whether it is there', () => {
  it.each(['online', 'busy', 'offline', 'closed'] as const)('stays while we are %s', (standing) => {
    expect(isWanted(aFace({}, { reception: aReception({ standing }) }))).toBe(true);
  });

  it('goes with the last agent, if the company wants that (W-30)', () => {
    expect(isWanted(aFace({ hides_offline: true }, OFFLINE))).toBe(false);
    expect(isWanted(aFace({ hides_offline: true }))).toBe(true);
  });

  it('does not come up before anybody knows whether somebody is there', () => {
    expect(isWanted(aFace({ hides_offline: true }, { reception: null }))).toBe(false);
    expect(isWanted(aFace({}, { reception: null }))).toBe(true);
  });

  it('goes while the company is closed, if that is what it chose', () => {
    const closed = aReception({ standing: 'closed', when_closed: 'hide' });

    expect(isWanted(aFace({}, { reception: closed }))).toBe(false);
  });

  it('is on the devices it was meant for (Y-10)', () => {
    const on = (on: 'all' | 'desktop' | 'phone') =>
      [false, true].filter((isPhone) => isForDevice(aFace({ on }, { isPhone })));

    expect([on('all'), on('desktop'), on('phone')]).toEqual([[false, true], [false], [true]]);
  });
});

describe('what is drawn', () => {
  it('has a picture by who is there (Y-11)', () => {
    expect(pictureOf(aFace({ pictures: PICTURES }))).toBe('https://chat.test/p/there');
    expect(pictureOf(aFace({ pictures: PICTURES }, OFFLINE))).toBe('https://chat.test/p/away');
  });

  it('has one picture for both when there is only one', () => {
    const only = { online: '', offline: 'https://elsewhere.test/away.png' };

    expect(pictureOf(aFace({ pictures: only }))).toBe('https://elsewhere.test/away.png');
  });

  it('is the bubble without a picture', () => {
    const missed = ['https://chat.test/p/there'];

    expect(kindOf(aFace({ kind: 'picture' }))).toBe('bubble');
    expect(kindOf(aFace({ kind: 'picture', pictures: PICTURES }))).toBe('picture');
    expect(kindOf(aFace({ kind: 'picture', pictures: PICTURES }, { missed }))).toBe('bubble');
  });

  it('is the bubble with nobody to list', () => {
    const reception = aReception({ entries: [anEntry()] });

    expect(kindOf(aFace({ kind: 'list' }))).toBe('bubble');
    expect(kindOf(aFace({ kind: 'list' }, { reception }))).toBe('list');
    expect(kindOf(aFace({ kind: 'group', pictures: PICTURES }))).toBe('group');
    expect(kindOf(aFace({ kind: 'group' }))).toBe('bubble');
  });
});
