import type {
  Conversation,
  ConversationRequest,
  Message,
  Person,
  ServerEvent,
  Synced,
  Talk,
  TalkMessage,
} from '../shared/events';
import type { Line } from '../shared/followedConversation';
import type { DeskLine } from './deskLine';

/**
 * A talk between colleagues as if it were a conversation, so that it is followed, kept in step and shown by the same code.
 * Oneself stands for the team in it, and everybody else for the visitor.
 */
export function talkLine(line: DeskLine, me: number): Line {
  const ask = async (name: ConversationRequest['name'], data: unknown): Promise<unknown> => {
    const asked = data as { conversation_id: number; after: number; seq: number };
    const talk_id = asked.conversation_id;
    if (name === 'sync') {
      const answer = await line.ask('sync_talk', { talk_id, after: asked.after });
      const messages = answer.messages.map((message) => asMessage(message, me));
      return { ...nothingRead, ...answer, conversation_id: talk_id, messages } satisfies Synced;
    }
    if (name === 'read') return line.ask('read_talk', { talk_id, seq: asked.seq });
    return { last_seq: asked.seq };
  };
  return {
    ask: ask as Line['ask'],
    hint: () => {},
    onEvent: (listener) =>
      line.onEvent((event) => {
        const told = inConversation(event, me);
        if (told) listener(told);
      }),
    onCatchUp: (listener) => line.onCatchUp(listener),
  };
}

export function asConversation(talk: Talk, me: number): Conversation {
  const { id, last_seq } = talk;
  return {
    id,
    last_seq,
    visitor: { id: 0, number: 0, name: '', verified: false },
    state: 'open',
    member: null,
    visitor_read_seq: 0,
    team_read_seq: talk.read[me] ?? 0,
    opened_at: '',
    accepted_at: null,
    closed_at: null,
    last_message: null,
    queued_at: '',
    assigned_by: null,
    rating: null,
    visitor_confirmed_seq: last_seq,
    team_confirmed_seq: last_seq,
  };
}

export function asMessage({ talk_id, author, ...message }: TalkMessage, me: number): Message {
  return { ...message, conversation_id: talk_id, author: asAuthor(author, me) };
}

function asAuthor(author: Person, me: number): Message['author'] {
  return { kind: author.id === me ? 'member' : 'visitor', ...author };
}

/** Conversations and talks are numbered apart: nothing that is told of a conversation may pass. */
function inConversation(event: ServerEvent, me: number): ServerEvent | null {
  switch (event.name) {
    case 'talk_message_posted': {
      const { name: _, ...message } = event;
      return { name: 'message_posted', ...asMessage(message, me) };
    }
    case 'talk_read':
      if (event.member_id !== me) return null;
      return {
        name: 'conversation_read',
        conversation_id: event.talk_id,
        side: 'team',
        seq: event.seq,
      };
    case 'pulse':
      return { name: 'heads', heads: event.talks };
    default:
      return null;
  }
}

const nothingRead = { visitor_read_seq: 0, team_read_seq: 0 };
