import type { Author, Conversation, Message, Posted, ServerEvent, Side, Synced } from './events';
import type { Unsent } from './outbox';

/** A conversation as a browser holds it: what the server said of it, the messages in order, and what came too early. */
export type LiveConversation = Conversation & {
  messages: Message[];
  /** Messages that arrived before the one that precedes them. */
  held: Message[];
  typing: { visitor: Typing | null; team: Typing | null };
};

export type Typing = { author: Author; text: string };

export function begin(conversation: Conversation, messages: Message[] = []): LiveConversation {
  return { ...conversation, messages, held: [], typing: { visitor: null, team: null } };
}

/** The seq of the last message we hold without a gap before it. */
export function lastHeld(conversation: LiveConversation): number {
  return conversation.messages.at(-1)?.seq ?? 0;
}

/** Up to which number both sides have confirmed that they hold everything; 0 while nobody knows. */
export function confirmedByBoth(conversation: LiveConversation): number {
  return Math.min(conversation.visitor_confirmed_seq, conversation.team_confirmed_seq);
}

/** Whether both sides hold all there is.  Not known of an empty conversation, nor while we ourselves are behind. */
export function isWhole(conversation: LiveConversation): boolean {
  const { last_seq } = conversation;
  return last_seq > 0 && !isBehind(conversation) && confirmedByBoth(conversation) >= last_seq;
}

/** Whether the server has something we do not. */
export function isBehind(conversation: LiveConversation): boolean {
  return conversation.held.length > 0 || conversation.last_seq > lastHeld(conversation);
}

export function unreadBy(side: Side, conversation: LiveConversation): number {
  const read = side === 'visitor' ? conversation.visitor_read_seq : conversation.team_read_seq;
  return conversation.messages.filter(
    (message) => message.seq > read && sideOf(message.author) !== side,
  ).length;
}

export function sideOf(author: Author): Side {
  return author.kind === 'visitor' ? 'visitor' : 'team';
}

/** What the conversation is after the event.  Events of other conversations leave it as it is. */
export function after(conversation: LiveConversation, event: ServerEvent): LiveConversation {
  switch (event.name) {
    case 'message_posted':
      return event.conversation_id === conversation.id
        ? withMessage(conversation, event)
        : conversation;
    case 'conversation_opened':
      return event.conversation.id === conversation.id
        ? refreshed(conversation, event.conversation)
        : conversation;
    case 'conversation_accepted':
      if (event.conversation_id !== conversation.id) return conversation;
      return { ...conversation, state: 'open', member: event.member };
    case 'conversation_closed':
      if (event.conversation_id !== conversation.id) return conversation;
      return { ...conversation, state: 'closed', closed_at: event.at, typing: nobodyTypes };
    case 'conversation_read':
      return event.conversation_id === conversation.id
        ? withRead(conversation, event.side, event.seq)
        : conversation;
    case 'conversation_confirmed':
      return event.conversation_id === conversation.id
        ? withConfirmed(conversation, event.side, event.seq)
        : conversation;
    case 'conversation_returned':
      if (event.conversation.id !== conversation.id) return conversation;
      return { ...refreshed(conversation, event.conversation), typing: nobodyTypes };
    case 'conversation_rated':
      if (event.conversation_id !== conversation.id) return conversation;
      return { ...conversation, rating: event.rating };
    case 'typing_changed':
      if (event.conversation_id !== conversation.id) return conversation;
      return withTyping(conversation, event.side, typingIn(event));
    case 'heads':
    case 'pulse':
      return withHead(conversation, event.heads[String(conversation.id)] ?? 0);
    case 'welcome':
      return event.conversation?.id === conversation.id
        ? refreshed(conversation, event.conversation)
        : conversation;
    case 'queue_changed':
    case 'rating_asked':
    case 'privacy_changed':
    case 'visitor_erased':
    case 'talk_opened':
    case 'talk_message_posted':
    case 'talk_read':
    case 'visitors_changed':
    case 'visitor_arrived':
    case 'visitor_moved':
    case 'visitor_left':
    case 'presence_changed':
    case 'availability_changed':
    case 'reception_changed':
    case 'style_changed':
    case 'invited':
    case 'invitation_ended':
    case 'offline_message_changed':
    case 'offline_message_left':
    case 'offline_message_handled':
    case 'card_saved':
    case 'seats_changed':
    case 'seat_released':
    case 'session_ended':
    case 'rights_changed':
    case 'notices_changed':
    case 'standstill_changed':
    case 'restart':
      return conversation;
  }
  // A newer server may say what this page has never heard of; the compiler knows of nothing else.
  event satisfies never;
  return conversation;
}

/** Messages asked for rather than told: the answer of `sync`, or our own with the place the server gave it. */
export function withMessages(
  conversation: LiveConversation,
  messages: Message[],
): LiveConversation {
  return messages.reduce(withMessage, conversation);
}

/** The answer of `sync`: what follows what we hold, how far it goes on, and who has read how far. */
export function synced(conversation: LiveConversation, answer: Synced): LiveConversation {
  const known = withHead(withMessages(conversation, answer.messages), answer.last_seq);
  const read = withRead(known, 'visitor', answer.visitor_read_seq);
  return withRead(read, 'team', answer.team_read_seq);
}

export function messageFrom(
  unsent: Unsent,
  posted: Posted,
  conversation_id: number,
  author: Author,
): Message {
  const { client_id, text, file } = unsent;
  return { conversation_id, client_id, text, file, author, ...posted };
}

export function withTyping(
  conversation: LiveConversation,
  side: Side,
  typing: Typing | null,
): LiveConversation {
  return { ...conversation, typing: { ...conversation.typing, [side]: typing } };
}

const MARKS = [
  'last_seq',
  'visitor_read_seq',
  'team_read_seq',
  'visitor_confirmed_seq',
  'team_confirmed_seq',
] as const;
const nobodyTypes = { visitor: null, team: null };

/** A visitor's text is shown to agents, so an empty one means he stopped; visitors never get the team's text. */
function typingIn({ side, author, text }: Typing & { side: Side }): Typing | null {
  return side === 'visitor' && text === '' ? null : { author, text };
}

/** Applies the next message and those held behind it, drops what we have, and holds what comes too early. */
function withMessage(conversation: LiveConversation, message: Message): LiveConversation {
  const last = lastHeld(conversation);
  if (message.seq <= last) return conversation;
  const known = withHead(conversation, message.seq);
  if (message.seq > last + 1) return { ...known, held: inOrder([...known.held, message]) };
  return withHeldOnes({
    ...known,
    messages: [...known.messages, message],
    last_message: lastWord(conversation, message),
    typing: { ...known.typing, [sideOf(message.author)]: null },
  });
}

/** What the lists show as the last word: a person's, never what is said by itself. */
export function lastWord<C extends Pick<Conversation, 'last_message'>>(
  conversation: C,
  { seq, text, file, at, author }: Message,
): Conversation['last_message'] {
  if (author.kind === 'system') return conversation.last_message;
  return { seq, text: text || (file?.name ?? ''), at, author_kind: author.kind };
}

function withHeldOnes(conversation: LiveConversation): LiveConversation {
  const last = lastHeld(conversation);
  const [next, ...rest] = conversation.held.filter((message) => message.seq > last);
  if (!next) return { ...conversation, held: [] };
  if (next.seq > last + 1) return { ...conversation, held: [next, ...rest] };
  return withMessage({ ...conversation, held: rest }, next);
}

function inOrder(messages: Message[]): Message[] {
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function withHead(conversation: LiveConversation, last_seq: number): LiveConversation {
  return last_seq > conversation.last_seq ? { ...conversation, last_seq } : conversation;
}

function withRead(conversation: LiveConversation, side: Side, seq: number): LiveConversation {
  const mark = side === 'visitor' ? 'visitor_read_seq' : 'team_read_seq';
  return seq > conversation[mark] ? { ...conversation, [mark]: seq } : conversation;
}

function withConfirmed(conversation: LiveConversation, side: Side, seq: number): LiveConversation {
  const mark = side === 'visitor' ? 'visitor_confirmed_seq' : 'team_confirmed_seq';
  return seq > conversation[mark] ? { ...conversation, [mark]: seq } : conversation;
}

const STATES = ['waiting', 'open', 'closed'];

/** The server's newer word on everything but the messages; marks never go back. */
function refreshed(conversation: LiveConversation, newer: Conversation): LiveConversation {
  const { messages, held, typing } = conversation;
  const marks = MARKS.map((mark) => [mark, Math.max(conversation[mark], newer[mark])]);
  const word = isOvertaken(newer, conversation) ? conversation : newer;
  return { ...word, ...Object.fromEntries(marks), messages, held, typing };
}

/** Whether an answer was written before what we have heard meanwhile: only the queue takes a conversation back, and later. */
function isOvertaken(word: Conversation, held: Conversation): boolean {
  const isSameTurn = word.queued_at === held.queued_at;
  return isSameTurn
    ? STATES.indexOf(word.state) < STATES.indexOf(held.state)
    : word.queued_at < held.queued_at;
}
