import { beforeEach, expect, it, vi } from 'vitest';
import type { Inviting } from '../shared/events';
import type { Toast } from './desk';
import { Invitations } from './invitations';
import { aLine, aPresentVisitor } from './testing';

const adam = { id: 9, name: 'Adam' };
const nina = { id: 3, name: 'Nina' };
const invitation = { id: 5, by: adam, title: '', text: '', picture: '', manner: 'ask' as const };
const said: Toast[] = [];

beforeEach(() => {
  said.length = 0;
});

function invitations(allowed: Partial<Inviting> = {}) {
  const onBegun = vi.fn();
  const wire = aLine({
    invite: () => ({ invitation }),
    chat_directly: () => ({ conversation: { id: 40 } }),
  });
  const mine = new Invitations({
    line: wire.line,
    me: adam,
    attempt: async (action) => {
      await action();
      return true;
    },
    say: (toast) => said.push(toast),
    nameOf: () => 'Li Lei',
    onBegun,
  });
  mine.allowed.value = { by_hand: true, direct: true, repeating_sites: [], ...allowed };
  return { mine, onBegun, asked: wire.asked };
}

const by = (member: typeof adam | null) => ({ id: 5, by: member, at: '2026-03-01T09:00:00Z' });
const talking = (member: typeof adam | null) => ({
  id: 40,
  state: member ? ('open' as const) : ('waiting' as const),
  member,
});

it('are possible unless something is in the way', () => {
  const { mine } = invitations();

  expect(mine.against(aPresentVisitor())).toBeNull();
  expect(mine.againstDirect(aPresentVisitor())).toBeNull();
});

it.each([
  ['the company forbade it', { by_hand: false }, {}, /switched invitations by agents off/],
  ['the system does it again and again', { repeating_sites: [1] }, {}, /again and again/],
  ['a colleague talks to him', {}, { conversation: talking(nina) }, /Nina is talking/],
  ['a colleague is inviting him', {}, { invitation: by(nina) }, /Nina is inviting/],
])('are dead with a reason when %s (I-09)', (_, allowed, visitor, reason) => {
  const { mine } = invitations(allowed);

  expect(mine.against(aPresentVisitor(visitor))).toMatch(reason);
});

it.each([
  ['waits', { conversation: talking(null) }, /Accept the conversation/],
  ['is with this agent', { conversation: talking(adam) }, /You are talking/],
  ['is invited automatically', { invitation: by(null) }, /The system is inviting/],
])('are dead for who %s', (_, visitor, reason) => {
  expect(invitations().mine.against(aPresentVisitor(visitor))).toMatch(reason);
});

it('without asking are dead until the company allows them (I-03, S-06)', () => {
  const { mine } = invitations({ direct: false });

  expect(mine.againstDirect(aPresentVisitor())).toMatch(/switched direct chat off/);
  expect(mine.against(aPresentVisitor())).toBeNull();
});

it('of another site are not stopped by one that repeats them', () => {
  const { mine } = invitations({ repeating_sites: [2] });

  expect(mine.against(aPresentVisitor({ site_id: 1 }))).toBeNull();
});

it('take one click, and can be withdrawn at once (I-08)', async () => {
  const { mine, asked } = invitations();

  await Promise.all([mine.invite(12), mine.invite(12)]);
  expect(asked).toEqual([['invite', { visitor_id: 12, text: '' }]]);
  expect(said[0]?.text).toBe('Li Lei is being invited.');

  said[0]?.action?.run();
  expect(asked[1]).toEqual(['withdraw_invitation', { invitation_id: 5 }]);
});

it('open the chat directly (I-02)', async () => {
  const { mine, onBegun } = invitations();

  await mine.chatDirectly(12);

  expect(onBegun).toHaveBeenCalledWith({ id: 40 });
});

it.each([
  ['declined', 'Li Lei does not want to chat now.'],
  ['expired', 'Li Lei has not answered your invitation.'],
  ['gone', 'Li Lei has left without answering your invitation.'],
] as const)('that end as %s are told', (because, text) => {
  const { mine } = invitations();

  mine.hear({ name: 'invitation_ended', invitation_id: 5, visitor_id: 12, because });

  expect(said.map((toast) => toast.text)).toEqual([text]);
});

it.each(['accepted', 'withdrawn', 'chat_began'] as const)(
  'that end as %s need no word',
  (because) => {
    const { mine } = invitations();

    mine.hear({ name: 'invitation_ended', invitation_id: 5, visitor_id: 12, because });

    expect(said).toEqual([]);
  },
);
