/** What the loader in the customer's page and the window in our frame say to each other, over a port only they hold. */

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

export type ToWindow =
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'page'; page: HostPage }
  | { type: 'identify'; identity: string }
  /** Another tab of this site has kept or dropped something. */
  | { type: 'kept'; key: string; value: string | null }
  | { type: 'reset' };

export type ToHost =
  | { type: 'keep'; key: string; value: string }
  | { type: 'drop'; key: string }
  /** Drops all there is. */
  | { type: 'forget' }
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'event'; name: 'ready' | 'message' | 'identity_refused'; data?: unknown };

export const READY = 'laike:ready';
export const BEGIN = 'laike:begin';
