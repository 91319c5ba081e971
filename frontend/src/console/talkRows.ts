import type { Colleague, Person, ServerEvent, Talk, TalkMessage } from '../shared/events';
import { t } from '../shared/i18n';

/** The talk as it stands after the event. */
export function talkAfter(talk: Talk, event: ServerEvent, me: number): Talk {
  switch (event.name) {
    case 'talk_opened':
      return event.talk.id === talk.id ? renewedTalk(talk, event.talk, me) : talk;
    case 'talk_message_posted':
      return event.talk_id === talk.id ? withMessage(talk, event) : talk;
    case 'talk_read':
      return event.talk_id === talk.id ? withRead(talk, event.member_id, event.seq) : talk;
    default:
      return talk;
  }
}

/** The server's newer word on a talk; marks never go back, and what one wrote oneself one has read. */
export function renewedTalk(known: Talk | undefined, newer: Talk, me: number): Talk {
  const last_seq = Math.max(known?.last_seq ?? 0, newer.last_seq);
  const read = { ...newer.read };
  for (const [id, seq] of Object.entries(known?.read ?? {}))
    read[id] = Math.max(seq, read[id] ?? 0);
  if (newer.last_message?.author.id === me) read[me] = Math.max(newer.last_seq, read[me] ?? 0);
  const last_message =
    newer.last_seq < last_seq ? (known?.last_message ?? null) : newer.last_message;
  return { ...newer, last_seq, read, last_message };
}

export function unreadInTalk(talk: Talk, me: number): number {
  return Math.max(0, talk.last_seq - (talk.read[me] ?? 0));
}

/** How far everybody else has read. */
export function readByOthers(talk: Talk, me: number): number {
  const marks = othersIn(talk, me).map((member) => talk.read[member.id] ?? 0);
  return marks.length > 0 ? Math.min(...marks) : 0;
}

export function othersIn(talk: Talk, me: number): Person[] {
  return talk.members.filter((member) => member.id !== me);
}

/** The title of a group, otherwise who is in it. */
export function talkName(talk: Talk, me: number): string {
  const names = othersIn(talk, me).map((member) => member.name);
  return talk.title || names.join(t(', ')) || t('Only you');
}

/** The colleague one talks to, unless it is a group. */
export function partnerIn(talk: Talk, me: number): number | null {
  const [one, ...more] = othersIn(talk, me);
  return one && more.length === 0 && talk.title === '' ? one.id : null;
}

export function byLastWord(one: Talk, other: Talk): number {
  return (
    (other.last_message?.at ?? '').localeCompare(one.last_message?.at ?? '') || other.id - one.id
  );
}

/** Who is there first, then by name. */
export function byPresence(order: readonly string[]) {
  return (one: Colleague, other: Colleague): number =>
    order.indexOf(one.presence) - order.indexOf(other.presence) ||
    one.name.localeCompare(other.name);
}

function withMessage(talk: Talk, message: TalkMessage): Talk {
  const { seq, author, text, file, at } = message;
  const known = withRead(talk, author.id, seq);
  if (seq <= talk.last_seq) return known;
  const last_message = { text: text || (file?.name ?? ''), at, author };
  return { ...known, last_seq: seq, last_message };
}

function withRead(talk: Talk, member_id: number, seq: number): Talk {
  if (seq <= (talk.read[member_id] ?? 0)) return talk;
  return { ...talk, read: { ...talk.read, [member_id]: seq } };
}
