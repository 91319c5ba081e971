import { lastWord } from '../shared/conversation';
import type { Conversation, Message, ServerEvent } from '../shared/events';

/** A conversation as a line of the list. */
export type Row = Conversation & {
  /** Whether the visitor's page is open. */
  here: boolean;
  /** Whether the visitor is writing right now. */
  typing: boolean;
  /** The last message of the visitor that somebody of the team has answered or read. */
  settled_seq: number;
};

export type Group = 'waiting' | 'mine' | 'colleagues';

/** How long somebody has waited, as a colour: grey, amber, red. */
export type Warmth = 'calm' | 'warm' | 'hot';

const WARM_AFTER = 30;
const HOT_AFTER = 90;

export function rowOf(conversation: Conversation, here: boolean): Row {
  const answered = conversation.last_message?.author_kind !== 'visitor';
  const settled_seq = answered ? conversation.last_seq : conversation.team_read_seq;
  return { ...conversation, here, typing: false, settled_seq };
}

/** The row after the server's newer word on the conversation; marks never go back. */
export function renewed(row: Row, conversation: Conversation, here: boolean): Row {
  const newer = rowOf(conversation, here);
  const settled_seq = Math.max(row.settled_seq, newer.settled_seq);
  return { ...newer, typing: row.typing && here, settled_seq };
}

export function rowAfter(row: Row, event: ServerEvent): Row {
  switch (event.name) {
    case 'message_posted':
      return event.conversation_id === row.id ? withMessage(row, event) : row;
    case 'conversation_accepted':
      if (event.conversation_id !== row.id) return row;
      return { ...row, state: 'open', member: event.member };
    case 'conversation_closed':
      if (event.conversation_id !== row.id) return row;
      return { ...row, state: 'closed', closed_at: event.at, typing: false };
    case 'conversation_read':
      return event.conversation_id === row.id ? withRead(row, event.side, event.seq) : row;
    case 'typing_changed':
      if (event.conversation_id !== row.id || event.side !== 'visitor') return row;
      return { ...row, typing: event.text !== '' };
    case 'conversation_returned':
      if (event.conversation.id !== row.id) return row;
      return renewed(row, event.conversation, row.here);
    case 'conversation_rated':
      return event.conversation_id === row.id ? { ...row, rating: event.rating } : row;
    case 'visitors_changed':
      return withPresence(row, event.here, event.gone);
    case 'visitor_arrived':
      return event.visitor.id === row.visitor.id ? { ...row, here: true } : row;
    case 'visitor_left':
      if (event.visitor_id !== row.visitor.id) return row;
      return { ...row, here: false, typing: false };
    case 'card_saved':
      return event.visitor.id === row.visitor.id ? { ...row, visitor: event.visitor } : row;
    default:
      return row;
  }
}

/** How many messages nobody has read, up to the visitor's last one: what is said by itself afterwards is no news. */
export function unreadIn(row: Row): number {
  return row.state === 'closed' ? 0 : Math.max(0, (row.last_message?.seq ?? 0) - row.settled_seq);
}

/** Where the row stands, or nowhere: then it is none of this agent's business any more. */
export function groupOf(row: Row, me: number, seesAll: boolean): Group | null {
  if (row.member?.id === me) return 'mine';
  if (row.state === 'waiting') return 'waiting';
  return row.state === 'open' && seesAll ? 'colleagues' : null;
}

/** Who has waited longest comes first; whose visitor is gone, or who has ended, comes last. */
export function byPlace(one: Row, other: Row): number {
  return rank(one) - rank(other) || since(one).localeCompare(since(other));
}

/** Since when the visitor waits for a word from us, or null if he does not, or no longer. */
export function waitingSince(row: Row): string | null {
  if (row.state === 'closed' || !row.here) return null;
  if (row.state === 'waiting') return row.queued_at;
  return row.last_message?.author_kind === 'visitor' ? row.last_message.at : null;
}

export function warmthOf(seconds: number): Warmth {
  if (seconds < WARM_AFTER) return 'calm';
  return seconds < HOT_AFTER ? 'warm' : 'hot';
}

export type Mood = 'answered' | 'unanswered' | 'gone';

/** The colour and form of the mark before the name. */
export function moodOf(row: Row): Mood {
  if (!row.here || row.state === 'closed') return 'gone';
  return waitingSince(row) === null ? 'answered' : 'unanswered';
}

function rank(row: Row): number {
  if (row.state === 'closed') return 2;
  return row.here ? 0 : 1;
}

function since(row: Row): string {
  return row.state === 'waiting' ? row.queued_at : row.opened_at;
}

function withPresence(row: Row, here: { id: number }[], gone: number[]): Row {
  if (gone.includes(row.visitor.id)) return row.here ? { ...row, here: false, typing: false } : row;
  const arrived = !row.here && here.some((visitor) => visitor.id === row.visitor.id);
  return arrived ? { ...row, here: true } : row;
}

function withMessage(row: Row, message: Message): Row {
  if (message.seq <= row.last_seq) return row;
  const { author, seq } = message;
  const byVisitor = author.kind === 'visitor';
  return {
    ...row,
    last_seq: seq,
    last_message: lastWord(row, message),
    settled_seq: settledAfter(row, message),
    typing: byVisitor ? false : row.typing,
    // Somebody who writes is there, whatever the list of pages says.
    here: row.here || byVisitor,
  };
}

/** What is said by itself answers nobody: whoever has not been read stays so. */
function settledAfter(row: Row, { author, seq }: Message): number {
  const isSettled = author.kind === 'system' && unreadIn(row) === 0;
  return author.kind === 'member' || isSettled ? seq : row.settled_seq;
}

function withRead(row: Row, side: 'visitor' | 'team', seq: number): Row {
  if (side === 'visitor') return { ...row, visitor_read_seq: Math.max(row.visitor_read_seq, seq) };
  const team_read_seq = Math.max(row.team_read_seq, seq);
  return { ...row, team_read_seq, settled_seq: Math.max(row.settled_seq, seq) };
}
