import type { Invitation, InvitationRule, Reception, Style } from './style';

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

/** `verified`: the customer's own server vouches for who he is. */
export type Visitor = { id: number; number: number; name: string; verified: boolean };
export type Rating = { score: 1 | 2 | 3 | 4 | 5; comment: string; at: string };

/** A waiting visitor's place, first is 1, and between how many seconds others like him waited lately. */
export type Queue = { place: number; wait: { from: number; to: number } | null };

/** A visitor who is on a site right now, as agents see him. */
export type PresentVisitor = Visitor & {
  visit_id: number;
  site_id: number;
  began_at: string;
  ip: string;
  device: string;
  language: string;
  referrer: string;
  referrer_domain: string;
  visits_count: number;
  page: Page | null;
  /** Where the address is, in the agent's language; '' when nobody knows. */
  location: string;
  /** "Baidu" and what he searched for, if a search engine sent him. */
  search: { engine: string; words: string } | null;
  zone: string;
  screen: string;
  /** While he is being invited (V-19). */
  invitation: { id: number; by: Person | null; at: string } | null;
  conversation: { id: number; state: 'waiting' | 'open'; member: Person | null } | null;
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
  /** What he said of himself in a form beyond that (W-26). */
  answers: { label: string; value: string; at: string }[];
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
  /** The last one that a person wrote. */
  last_message: { seq: number; text: string; at: string; author_kind: AuthorKind } | null;
  /** Since when he has been in the queue; later than opened_at when he was put back. */
  queued_at: string;
  /** How he came to his agent: accepted by hand, in turn, to the least busy, to who served him last. */
  assigned_by: 'hand' | 'turn' | 'load' | 'last_agent' | 'chosen' | 'invited' | null;
  rating: Rating | null;
  /** How far each end has confirmed that it holds everything. */
  visitor_confirmed_seq: number;
  team_confirmed_seq: number;
};

/** A conversation between colleagues: two of them, or a group with a title. */
export type Talk = {
  id: number;
  title: string;
  members: Person[];
  last_seq: number;
  /** How far each member has read, by his id. */
  read: Record<string, number>;
  last_message: { text: string; at: string; author: Person } | null;
};

export type TalkMessage = {
  talk_id: number;
  seq: number;
  message_id: number;
  client_id: string;
  author: Person;
  text: string;
  file: SentFile | null;
  at: string;
};

/** A mail in the thread of an offline message, ours or the visitor's. */
export type Reply = {
  id: number;
  /** Makes sending it again harmless; '' for what came back. */
  client_id: string;
  /** Null: the visitor. */
  author: Person | null;
  text: string;
  at: string;
  state: 'sending' | 'sent' | 'failed' | 'received';
  /** Another address than the one he left; '' for that one. */
  sender: string;
};

export type OfflineMessage = {
  id: number;
  visitor: Visitor;
  /** Who is to answer it (L-05). */
  assigned_to: Person | null;
  referrer_domain: string;
  site: string;
  /** What was answered by mail, and what came back (L-07, L-13). */
  replies: Reply[];
  name: string;
  email: string;
  phone: string;
  text: string;
  page_url: string;
  ip: string;
  /** Where the address is, in the agent's language; '' when nobody knows. */
  location: string;
  created_at: string;
  handled_at: string | null;
  handled_by: Person | null;
  handling_note: string;
  /** What the company asked beyond name and address, as it was answered. */
  answers: { label: string; value: string }[];
};

export type Colleague = Person & {
  number: string;
  presence: Presence;
  receives: boolean;
  /** Open conversations now, of at most so many. */
  talking: number;
  limit: number;
  departments: string[];
};
/** `taken` is null while nobody knows. */
export type Seats = { taken: number | null; total: number };
export type Heads = Record<string, number>;

export type Welcome = {
  visitor_token: string;
  visitor: Visitor;
  conversation: Conversation | null;
  online: boolean;
  company: { name: string };
  queue: Queue | null;
  window: WindowSettings;
  /** Whether agents may see what he is typing; null while he has not been asked. */
  shows_typing: boolean | null;
  /** Why the signed identity that came along was not believed, for the site's developers. */
  identity_refused: string | null;
  style: Style;
  reception: Reception;
  /** Whether he must fill in the form before he chats: nobody knows him yet (W-24). */
  must_register: boolean;
  /** The rules of automatic invitation that hold for him, and an invitation he has not answered. */
  invitation_rules: InvitationRule[];
  invitation: Invitation | null;
};

/** What the company set for its window. */
export type WindowSettings = {
  /** In bytes. */
  max_upload: number;
  masks_numbers: boolean;
  asks_consent: boolean;
  shows_previous: boolean;
  may_erase: boolean;
  takes_ratings: boolean;
};

/** What everybody in the company must know: an announcement, a maintenance, a suspension. */
export type Notice = {
  kind: string;
  text: string;
  level: 'info' | 'warning' | 'danger';
  /** '' stands as long as it is true; anything else may be put away. */
  id: string;
  until: string | null;
  link: string;
};

/** What a console must be showing, told every few seconds. */
export type Pulse = {
  heads: Heads;
  presences: Record<string, Presence>;
  seats: Seats;
  standstill: string | null;
  unhandled: number;
  /** Open conversations by member id. */
  talking: Record<string, number>;
  /** The last number in each of one's talks. */
  talks: Heads;
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
  | ({ name: 'queue_changed'; conversation_id: number } & Queue)
  | { name: 'conversation_returned'; conversation: Conversation }
  | { name: 'rating_asked'; conversation_id: number }
  | { name: 'conversation_rated'; conversation_id: number; rating: Rating }
  | { name: 'conversation_confirmed'; conversation_id: number; side: Side; seq: number }
  | { name: 'privacy_changed'; shows_typing: boolean }
  | { name: 'visitor_erased'; visitor_id: number }
  | { name: 'talk_opened'; talk: Talk }
  | ({ name: 'talk_message_posted' } & TalkMessage)
  | { name: 'talk_read'; talk_id: number; member_id: number; seq: number }
  | {
      /** Many changes of the list of site visitors in one; a hole in `version` asks for a new list. */
      name: 'visitors_changed';
      version: number;
      here: PresentVisitor[];
      moved: { visitor_id: number; page: Page }[];
      gone: number[];
    }
  | { name: 'visitor_arrived'; visitor: PresentVisitor }
  | { name: 'visitor_moved'; visitor_id: number; page: Page }
  | { name: 'visitor_left'; visitor_id: number }
  | { name: 'presence_changed'; member_id: number; presence: Presence }
  | { name: 'availability_changed'; online: boolean }
  | ({ name: 'reception_changed' } & Reception)
  | { name: 'style_changed'; style: Style }
  | { name: 'invited'; invitation: Invitation }
  /** To his pages, and to the agent who invited him, who is told how it ended. */
  | { name: 'invitation_ended'; invitation_id: number; visitor_id: number; because: InvitationEnd }
  | { name: 'offline_message_changed'; offline_message: OfflineMessage }
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
  | { name: 'notices_changed' }
  | { name: 'standstill_changed'; standstill: string | null }
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
export type Confirmed = { last_seq: number };

/** What both visitors and agents ask about one conversation. */
export type ConversationRequest =
  | { name: 'post_message'; ask: Post; answer: Posted }
  | { name: 'typing'; ask: InConversation & { text: string }; answer: Nothing }
  | { name: 'sync'; ask: InConversation & { after: number }; answer: Synced }
  | { name: 'read'; ask: InConversation & { seq: number }; answer: Nothing }
  | { name: 'confirm_head'; ask: InConversation & { seq: number }; answer: Confirmed }
  | {
      name: 'report_gap';
      ask: InConversation & { after: number; before: number };
      answer: Nothing;
    };

/** What the visitor's window asks. */
export type WidgetRequest =
  | ConversationRequest
  | {
      name: 'open_conversation';
      /** Whom he chose from the list, if there is one (W-29, R-11). */
      ask: { member_id?: number; department_id?: number };
      answer: { conversation: Conversation };
    }
  | { name: 'register'; ask: { answers: Record<string, string> }; answer: Nothing }
  /** The box of an invitation that was pushed or came with the welcome is on the screen. */
  | { name: 'see_invitation'; ask: { invitation_id: number }; answer: Nothing }
  /** A rule's time has come; null: not now (a cap, nobody there, somebody else was quicker). */
  | { name: 'be_invited'; ask: { rule_id: number }; answer: { invitation: Invitation | null } }
  | {
      name: 'answer_invitation';
      ask: { invitation_id: number; accepts: boolean };
      answer: { conversation: Conversation | null };
    }
  | { name: 'end_conversation'; ask: InConversation; answer: Nothing }
  | { name: 'view_page'; ask: { url: string; title: string }; answer: Nothing }
  | { name: 'state'; ask: Nothing; answer: Welcome }
  | {
      name: 'rate';
      ask: InConversation & { score: number; comment: string };
      answer: { rating: Rating };
    }
  | {
      name: 'earlier_conversations';
      ask: { before: number | null };
      answer: { conversations: Conversation[]; more: boolean };
    }
  | { name: 'set_privacy'; ask: { shows_typing: boolean }; answer: Nothing }
  | { name: 'my_data'; ask: Nothing; answer: { data: Record<string, unknown> } }
  | { name: 'erase_me'; ask: Nothing; answer: Nothing }
  | {
      name: 'leave_offline_message';
      ask: { client_id: string; text: string; answers: Record<string, string> };
      answer: { id: number };
    };

/** One step of a conversation's way to its agents (beyond 2). */
export type Why = {
  at: string;
  member: Person;
  by: Person | null;
  rule: string;
  /** In words, in the reader's language: the rule, the scope that held and where it came from. */
  sentences: string[];
  candidates: { member: Person; talking: number; limit: number; today: number }[];
  exclusions: { member: Person; because: string }[];
  returned_because: string | null;
};

/** Whether the company lets agents invite (I-03, I-09, S-05, S-06); on `repeating_sites` the system does it again and again. */
export type Inviting = { by_hand: boolean; direct: boolean; repeating_sites: number[] };
export type InvitationEnd =
  | 'accepted'
  | 'declined'
  | 'withdrawn'
  | 'expired'
  | 'gone'
  | 'chat_began';

export type ConsoleState = {
  inviting: Inviting;
  me: Colleague & { permissions: string[]; role: string };
  company: { name: string; key: string };
  /** Why nothing can be changed in the company, as a refusal's code. */
  standstill: string | null;
  seats: Seats;
  members: Colleague[];
  conversations: Conversation[];
  visitors: PresentVisitor[];
  visitors_version: number;
  visitors_here: number[];
  talks: Talk[];
  offline_messages: OfflineMessage[];
  unhandled: number;
};

export type VisitorFile = {
  card: Card;
  is_here: boolean;
  visit: PresentVisitor | null;
  pages: Page[];
  earlier: Conversation[];
  /** All his visits, newest first (V-02). */
  visits: {
    id: number;
    began_at: string;
    last_seen_at: string;
    pages: number;
    referrer_domain: string;
  }[];
};

/** What a search found, each kind newest first and at most twenty. */
export type Found = {
  visitors: (Visitor & { email: string; phone: string; company: string })[];
  conversations: { conversation: Conversation; seq: number; excerpt: string }[];
  offline_messages: OfflineMessage[];
  talks: { talk: Talk; seq: number; excerpt: string }[];
  colleagues: Colleague[];
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
  | { name: 'notices'; ask: Nothing; answer: { notices: Notice[] } }
  | { name: 'dismiss_notice'; ask: { id: string }; answer: Nothing }
  | { name: 'ask_rating'; ask: InConversation; answer: Nothing }
  | { name: 'open_talk'; ask: { member_ids: number[]; title: string }; answer: { talk: Talk } }
  | {
      name: 'post_to_talk';
      ask: { talk_id: number; client_id: string; text?: string; file_id?: number };
      answer: Posted;
    }
  | {
      name: 'sync_talk';
      ask: { talk_id: number; after: number };
      answer: { talk_id: number; messages: TalkMessage[]; last_seq: number; more: boolean };
    }
  | { name: 'read_talk'; ask: { talk_id: number; seq: number }; answer: Nothing }
  | { name: 'search'; ask: { text: string }; answer: Found }
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
    }
  | { name: 'why'; ask: InConversation; answer: { assignments: Why[] } }
  | {
      name: 'invite';
      ask: { visitor_id: number; text: string };
      answer: { invitation: Invitation };
    }
  | { name: 'withdraw_invitation'; ask: { invitation_id: number }; answer: Nothing }
  | { name: 'chat_directly'; ask: { visitor_id: number }; answer: { conversation: Conversation } }
  | {
      name: 'reply_to_offline_message';
      ask: { offline_message_id: number; client_id: string; text: string };
      answer: { offline_message: OfflineMessage };
    }
  | {
      name: 'assign_offline_message';
      ask: { offline_message_id: number; member_id: number };
      answer: { offline_message: OfflineMessage };
    };

export type ClientRequest = WidgetRequest | ConsoleRequest;

/** The request of that name, out of those a caller may make. */
export type Named<R extends ClientRequest, N extends R['name']> = Extract<R, { name: N }>;
