/**
 * How a site greets its visitors, as it travels to their pages: what Style (chat/styles/styles.py) is for a browser.
 * Addresses are absolute paths of ours or full https addresses; texts are the company's own, and plain unless they say html.
 */

/** Who is there for this visitor: after his region, the style's designated agents, the page, and the opening hours. */
export type Standing = 'online' | 'busy' | 'offline' | 'closed';

/** Where and as what the entry into the chat stands in the company's page (Y-10, Y-11, W-02, W-29). */
export type Launcher = {
  /** `group` has the picture as its background; `list` shows `entries`; `none`: the page opens the chat by itself. */
  kind: 'bubble' | 'picture' | 'group' | 'list' | 'text' | 'none';
  /** `floating` moves along with the page, `fixed` stays where it was on the page, `inline` is put into `[data-laike]`. */
  place: 'floating' | 'fixed' | 'inline';
  side: 'left' | 'right';
  at: 'bottom' | 'middle' | 'top';
  /** In pixels from that side and that edge. */
  offset: { side: number; edge: number };
  /** On which devices it is there at all. */
  on: 'all' | 'desktop' | 'phone';
  accent: string;
  /** Black or white: what can be read on the accent. */
  on_accent: string;
  /** Chosen by name among the shapes we draw, for `bubble`. */
  template: 'person' | 'dots' | 'headset' | 'question';
  /** By who is there; with one missing, the first counts for both. */
  pictures: { online: string; offline: string };
  /** What `text` says, and the title of a `group` or `list`; '' for our own words. */
  text: string;
  /** Whether it disappears when nobody is there. */
  hides_offline: boolean;
};

/** An agent or a department the visitor may choose (W-29, R-10, R-11). */
export type Entry = {
  kind: 'member' | 'department';
  id: number;
  name: string;
  /** The department of a member; '' when the company hides it. */
  department: string;
  standing: 'online' | 'busy' | 'offline';
};

/** Who may receive this visitor; `entries` is empty unless the launcher is a list or a group. */
export type Reception = {
  standing: Standing;
  entries: Entry[];
  /** What the company wants while it is closed: its form, or no launcher at all. */
  when_closed: 'form' | 'hide';
  /** When it opens next, while closed. */
  opens_at: string | null;
};

export type Link = { text: string; url: string };
export type Picture = { url: string; link: string; text: string };

/** A line of the scrolling bottom advertisements that may be shown today (Y-17). */
export type Advertisement = { text: string; url: string; picture: string };

/** What may stand in the visitor's menu (W-33, Y-09). */
export type MenuItem =
  | 'sound'
  | 'send_key'
  | 'transcript'
  | 'rating'
  | 'earlier'
  | 'offline_message'
  | 'privacy'
  | 'forum';

/** The window (Y-08…Y-20, W-13…W-20). */
export type WindowStyle = {
  /** '' for the company's name. */
  title: string;
  skin: 'plain' | 'deep' | 'soft' | 'ink' | 'festive';
  accent: string;
  /** Black or white: what can be read on the accent. */
  on_accent: string;
  scheme: 'auto' | 'light' | 'dark';
  emoticons: 'native' | 'faces' | 'hands' | 'none';
  menu: MenuItem[];
  welcome: string;
  /** Cleaned by the server. */
  introduction_html: string;
  picture: Picture | null;
  links: Link[];
  ads: { direction: 'up' | 'across'; seconds: number; lines: Advertisement[] };
  forum: Link | null;
  payment: Link | null;
  warning: string;
  contacts: { kind: 'qq' | 'wechat' | 'whatsapp'; label: string; url: string; picture: string }[];
  logo: { url: string; link: string } | null;
};

/** The company's own words at certain moments (M-02…M-05); '' for ours. */
export type StyleTexts = {
  busy: string;
  closing: string;
  offline_message: string;
  registration: string;
};

/** A question of the registration and the offline form. */
export type FormField = {
  key: string;
  /** The company's own words; '' for those we have words for: name, email, phone, company. */
  label: string;
  kind: 'line' | 'paragraph' | 'email' | 'phone' | 'choice' | 'consent';
  is_required: boolean;
  /** For `choice`. */
  options: string[];
  /** Where the wording of a `consent` leads; '' for nowhere. */
  url: string;
};

export type StyleForm = {
  fields: FormField[];
  /** Which of them are asked before the chat; none: nobody is asked (W-24). */
  before_chat: boolean;
  /** The company's own message board, where messages are left instead of with us (L-10); '' for our form. */
  board_url: string;
};

/** How invitations come (I-04…I-07, I-11, I-14). */
export type InvitationRule = {
  id: number;
  /** After so many seconds on a page, or on all pages of this visit together. */
  after_seconds: number;
  counts: 'page' | 'visit';
  /** Patterns of addresses, `*` for anything; empty: everywhere. */
  pages: string[];
};

/** An invitation that stands before the visitor, or the box he may be shown. */
export type Invitation = {
  id: number;
  by: { id: number; name: string } | null;
  title: string;
  text: string;
  picture: string;
  /** `direct`: the window opens without asking (CF-31). */
  manner: 'ask' | 'direct';
};

/** All of it, as the window and the launcher are dressed with it. */
export type Style = {
  /** Larger after each change. */
  number: number;
  launcher: Launcher;
  window: WindowStyle;
  texts: StyleTexts;
  form: StyleForm;
};
