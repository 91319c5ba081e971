import type { Conversation, Message, ServerEvent, Welcome } from '../../shared/events';
import { t } from '../../shared/i18n';
import { newId } from '../../shared/newId';
import { Unreachable } from '../../shared/refusal';
import type { Reception, Style } from '../../shared/style';
import type { VisitorLine } from '../visitorLine';

const AGENT = 1;
const VISITOR = { id: 1, number: 1, name: '', verified: false };
const ANSWERS_AFTER = 1_200;

type Asked = { client_id: string; text: string; score: number; comment: string };

/** A line with nobody at its other end: whoever sets up a style sees what his visitors would (Y-21). */
export class PretendLine {
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  readonly #said: Message[] = [];
  readonly #company: string;
  #conversation: Conversation | null = null;
  #reception: Reception | null = null;

  constructor(company: string) {
    this.#company = company;
  }

  /** Dresses the window, and lets somebody be there or not. */
  show(style: Style, reception: Reception): void {
    const isFirst = this.#reception === null;
    this.#reception = reception;
    if (isFirst) return this.#push({ name: 'welcome', ...this.#welcome(style, reception) });
    this.#push({ name: 'style_changed', style });
    this.#push({ name: 'reception_changed', ...reception });
    this.#push({ name: 'availability_changed', online: isOpen(reception) });
  }

  /** What VisitorChat needs of a line. */
  get line(): VisitorLine {
    const line = {
      ask: async (name: string, data: Asked) => this.#answers[name]?.(data) ?? {},
      hint: () => {},
      onEvent: (listener: (event: ServerEvent) => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      onState: (listener: (state: 'live') => void) => {
        listener('live');
        return () => {};
      },
      onCatchUp: () => () => {},
      start: () => {},
      stop: () => {},
      refusal: null,
    };
    return line as unknown as VisitorLine;
  }

  readonly #answers: Record<string, (data: Asked) => unknown> = {
    open_conversation: () => ({ conversation: this.#opened() }),
    post_message: ({ client_id, text }) => this.#posted(client_id, text),
    sync: () => this.#synced(),
    earlier_conversations: () => ({ conversations: [], more: false }),
    my_data: () => ({ data: {} }),
    rate: ({ score, comment }) => ({ rating: { score, comment, at: now() } }),
    end_conversation: () => this.#ended(),
    leave_offline_message: () => ({ id: 1 }),
    erase_me: () => {
      throw new Unreachable('');
    },
  };

  #push(event: ServerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #welcome(style: Style, reception: Reception): Welcome {
    return {
      visitor_token: '',
      visitor: VISITOR,
      conversation: null,
      online: isOpen(reception),
      company: { name: this.#company },
      queue: null,
      window: {
        max_upload: 0,
        masks_numbers: false,
        asks_consent: false,
        shows_previous: false,
        may_erase: false,
        takes_ratings: true,
      },
      shows_typing: true,
      identity_refused: null,
      style,
      reception,
      must_register: style.form.before_chat && style.form.fields.length > 0,
      invitation_rules: [],
      invitation: null,
    };
  }

  #opened(): Conversation {
    const at = now();
    this.#said.length = 0;
    this.#conversation = {
      id: (this.#conversation?.id ?? 0) + 1,
      visitor: VISITOR,
      state: 'waiting',
      member: null,
      last_seq: 0,
      visitor_read_seq: 0,
      team_read_seq: 0,
      opened_at: at,
      accepted_at: null,
      closed_at: null,
      last_message: null,
      queued_at: at,
      assigned_by: null,
      rating: null,
      visitor_confirmed_seq: 0,
      team_confirmed_seq: 0,
    };
    return this.#conversation;
  }

  #posted(client_id: string, text: string) {
    const message = this.#say({ kind: 'visitor', id: VISITOR.id, name: '' }, text ?? '', client_id);
    if (this.#reception?.standing === 'online') setTimeout(() => this.#answer(), ANSWERS_AFTER);
    return { seq: message.seq, message_id: message.message_id, at: message.at };
  }

  /** As an agent would: takes the conversation, and says something once. */
  #answer(): void {
    const conversation = this.#conversation;
    if (conversation?.state !== 'waiting') return;
    const member = { id: AGENT, name: this.#agent };
    conversation.state = 'open';
    this.#push({ name: 'conversation_accepted', conversation_id: conversation.id, member });
    const text = t('This is how an answer of your team looks.');
    const message = this.#say({ kind: 'member', ...member }, text, newId());
    this.#push({ name: 'message_posted', ...message });
  }

  #ended(): void {
    const conversation = this.#conversation;
    if (!conversation) return;
    conversation.state = 'closed';
    const by = { kind: 'visitor', id: VISITOR.id, name: '' } as const;
    this.#push({ name: 'conversation_closed', conversation_id: conversation.id, by, at: now() });
  }

  #say(author: Message['author'], text: string, client_id: string): Message {
    const seq = this.#said.length + 1;
    const conversation_id = this.#conversation?.id ?? 0;
    const place = { conversation_id, seq, message_id: seq, client_id };
    const message = { ...place, author, text, file: null, at: now() };
    this.#said.push(message);
    return message;
  }

  #synced() {
    const last_seq = this.#said.length;
    const read = { visitor_read_seq: 0, team_read_seq: last_seq };
    const conversation_id = this.#conversation?.id ?? 0;
    return { conversation_id, messages: [...this.#said], last_seq, ...read, more: false };
  }

  get #agent(): string {
    const entries = this.#reception?.entries ?? [];
    return entries.find(({ kind }) => kind === 'member')?.name ?? t('Your agent');
  }
}

function isOpen({ standing }: Reception): boolean {
  return standing === 'online' || standing === 'busy';
}

function now(): string {
  return new Date().toISOString();
}
