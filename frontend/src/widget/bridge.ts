/** What the loader in the customer's page and the window in our frame say to each other, over a port only they hold. */

import type { Invitation, Launcher, Reception, Standing } from '../shared/style';

export type HostPage = { url: string; title: string; referrer: string };

/** What the window starts with. */
export type Boot = {
  language: string;
  page: HostPage;
  open: boolean;
  /** Everything kept in the customer's page for this site: the visitor's token, unsent messages, switches. */
  kept: Record<string, string>;
  /** Who the customer's own server says he is, signed; '' for nobody in particular. */
  identity: string;
};

/** Whom the visitor, or the page's own script, wants to speak with.  Not checked: the page may write anything. */
export type Choice = { member: number } | { department: number };

export type ToWindow =
  /** `quietly`: nobody asked for it, so the keyboard stays where it is. */
  | { type: 'open'; quietly?: boolean }
  | { type: 'close' }
  /** Comes after the `open` it belongs to.  A running conversation stays with its agent. */
  | { type: 'choose'; entry: Choice }
  /** Accepted too when the window is open already, or is opened some other way. */
  | { type: 'invitation_answered'; id: number; accepts: boolean }
  | { type: 'page'; page: HostPage }
  | { type: 'identify'; identity: string }
  /** Another tab of this site has kept or dropped something. */
  | { type: 'kept'; key: string; value: string | null }
  | { type: 'reset' };

/**
 * What is to be seen in the customer's page as things stand now, told whole: after each welcome, and whenever a part of it
 * changes (style_changed, reception_changed, invited, invitation_ended, a conversation that begins or ends).
 */
export type Scene = {
  launcher: Launcher;
  reception: Reception;
  /** A conversation is going on: whoever is in one can always get back to it. */
  talks: boolean;
  /** The one invitation he has not answered.  The box goes by its id: told twice, it stands there once. */
  invitation: Invitation | null;
  /** Where the module that draws it (host/main.ts) lies in the release that runs now. */
  hostUrl: string;
};

export type ToHost =
  | { type: 'keep'; key: string; value: string }
  | { type: 'drop'; key: string }
  /** Drops all there is. */
  | { type: 'forget' }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | HostEvent
  | { type: 'scene'; scene: Scene };

/** What the page's own script may listen to, beside the loader's `open`, `close` and `unread`. */
export type HostEvent =
  | { type: 'event'; name: 'ready' | 'message' | 'identity_refused'; data?: unknown }
  /** Each time it has changed, and once in the beginning. */
  | { type: 'event'; name: 'standing'; data: Standing };

export const READY = 'laike:ready';
export const BEGIN = 'laike:begin';
