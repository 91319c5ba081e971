/**
 * Everything that travels between browsers and the server, spelled as in Python.
 * A push arrives as `name` and the rest; a request is asked by `name` and answered once.
 */

export type Side = 'visitor' | 'team';
export type Presence = 'online' | 'busy' | 'away' | 'invisible' | 'offline';
export type AuthorKind = 'visitor' | 'member' | 'system';

export type Author = { kind: AuthorKind; id: number | null; name: string };
export type Person = { id: number; name: string };
export type Page = { url: string; title: string; at: string };

export type SentFile = {
  id: number;
  name: string;
  size: number;
  media_type: string;
  url: string;
  is_picture: boolean;
};

export type Message = {
  conversation_id: number;
  seq: number;
  message_id: number;
  client_id: string;
  author: Author;
  text: string;
  file: SentFile | null;
  at: string;
};

export type Visitor = { id: number; number: number; name: string };

/** A visitor who is on a site right now, as agents see him. */
export type PresentVisitor = Visitor & {
  visit_id: number;
  began_at: string;
  ip: string;
  device: string;
  language: string;
  referrer: string;
  referrer_domain: string;
  visits_count: number;
  page: Page | null;
};

/** What the team knows of a visitor. */
export type Card = Visitor & {
  email: string;
  phone: string;
  company: string;
  note: string;
  language: string;
  visits_count: number;
  first_seen_at: string;
  last_seen_at: string;
};

export type Conversation = {
  id: number;
  visitor: Visitor;
  state: 'waiting' | 'open' | 'closed';
  member: Person | null;
  last_seq: number;
  visitor_read_seq: number;
  team_read_seq: number;
  opened_at: string;
  accepted_at: string | null;
  closed_at: string | null;
  last_message: { text: string; at: string; author_kind: AuthorKind } | null;
};

export type OfflineMessage = {
  id: number;
  visitor: Visitor;
  name: string;
  email: string;
  phone: string;
  text: string;
  page_url: string;
  ip: string;
  created_at: string;
  handled_at: string | null;
  handled_by: Person | null;
  handling_note: string;
};

export type Colleague = Person & { number: string; presence: Presence };
/** `taken` is null while nobody knows. */
export type Seats = { taken: number | null; total: number };
export type Heads = Record<string, number>;

export type Welcome = {
  visitor_token: string;
  visitor: Visitor;
  conversation: Conversation | null;
  online: boolean;
  company: { name: string };
};

/** What a console must be showing, told every few seconds. */
export type Pulse = {
  heads: Heads;
  presences: Record<string, Presence>;
  seats: Seats;
  unhandled: number;
};

/** What the server tells without being asked. */
export type ServerEvent =
  | ({ name: 'welcome' } & Welcome)
  | ({ name: 'message_posted' } & Message)
  | { name: 'conversation_opened'; conversation: Conversation }
  | { name: 'conversation_accepted'; conversation_id: number; member: Person }
  | { name: 'conversation_closed'; conversation_id: number; by: Author; at: string }
  | { name: 'conversation_read'; conversation_id: number; side: Side; seq: number }
  | { name: 'typing_changed'; conversation_id: number; side: Side; author: Author; text: string }
  | { name: 'heads'; heads: Heads }
  | ({ name: 'pulse' } & Pulse)
  | { name: 'visitor_arrived'; visitor: PresentVisitor }
  | { name: 'visitor_moved'; visitor_id: number; page: Page }
  | { name: 'visitor_left'; visitor_id: number }
  | { name: 'presence_changed'; member_id: number; presence: Presence }
  | { name: 'availability_changed'; online: boolean }
  | { name: 'offline_message_left'; offline_message: OfflineMessage }
  | {
      name: 'offline_message_handled';
      offline_message_id: number;
      by: Person;
      offline_message: OfflineMessage;
    }
  | { name: 'card_saved'; visitor: Visitor }
  | { name: 'seat_released'; member_id: number }
  | { name: 'seats_changed'; seats: Seats }
  | { name: 'session_ended'; reason: string }
  | { name: 'rights_changed' }
  | { name: 'restart'; within: number };

type Nothing = Record<never, never>;
type InConversation = { conversation_id: number };
export type Post = InConversation & { client_id: string } & (
    | { text: string }
    | { file_id: number }
  );
export type Posted = { seq: number; message_id: number; at: string };
export type Synced = {
  conversation_id: number;
  messages: Message[];
  last_seq: number;
  visitor_read_seq: number;
  team_read_seq: number;
  more: boolean;
};

/** What both visitors and agents ask about one conversation. */
export type ConversationRequest =
  | { name: 'post_message'; ask: Post; answer: Posted }
  | { name: 'typing'; ask: InConversation & { text: string }; answer: Nothing }
  | { name: 'sync'; ask: InConversation & { after: number }; answer: Synced }
  | { name: 'read'; ask: InConversation & { seq: number }; answer: Nothing };

/** What the visitor's window asks. */
export type WidgetRequest =
  | ConversationRequest
  | { name: 'open_conversation'; ask: Nothing; answer: { conversation: Conversation } }
  | { name: 'end_conversation'; ask: InConversation; answer: Nothing }
  | { name: 'view_page'; ask: { url: string; title: string }; answer: Nothing }
  | { name: 'state'; ask: Nothing; answer: Welcome }
  | {
      name: 'leave_offline_message';
      ask: { client_id: string; name: string; email: string; phone: string; text: string };
      answer: { id: number };
    };

export type ConsoleState = {
  me: Colleague & { permissions: string[] };
  seats: Seats;
  members: Colleague[];
  conversations: Conversation[];
  visitors: PresentVisitor[];
  visitors_here: number[];
  offline_messages: OfflineMessage[];
  unhandled: number;
};

export type VisitorFile = {
  card: Card;
  is_here: boolean;
  visit: PresentVisitor | null;
  pages: Page[];
  earlier: Conversation[];
};

/** What the agent's console asks. */
export type ConsoleRequest =
  | ConversationRequest
  | { name: 'console_state'; ask: Nothing; answer: ConsoleState }
  | { name: 'find_conversation'; ask: InConversation; answer: { conversation: Conversation } }
  | { name: 'accept_conversation'; ask: InConversation; answer: { conversation: Conversation } }
  | { name: 'close_conversation'; ask: InConversation; answer: Nothing }
  | { name: 'look_at'; ask: { conversation_id: number | null }; answer: Nothing }
  | { name: 'set_presence'; ask: { presence: Presence }; answer: { seats: Seats } }
  | { name: 'renew'; ask: Nothing; answer: Nothing }
  | { name: 'visitor_card'; ask: { visitor_id: number }; answer: VisitorFile }
  | {
      name: 'save_card';
      ask: { visitor_id: number } & Pick<Card, 'name' | 'email' | 'phone' | 'company' | 'note'>;
      answer: { card: Card };
    }
  | {
      name: 'handle_offline_message';
      ask: { offline_message_id: number; note: string };
      answer: { offline_message: OfflineMessage };
    };

export type ClientRequest = WidgetRequest | ConsoleRequest;

/** The request of that name, out of those a caller may make. */
export type Named<R extends ClientRequest, N extends R['name']> = Extract<R, { name: N }>;
