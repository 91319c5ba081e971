/** What the loader in the customer's page and the window in our frame say to each other, over a port only they hold. */

export type HostPage = { url: string; title: string; referrer: string };

/** What the window starts with. */
export type Boot = {
  language: string;
  page: HostPage;
  open: boolean;
  /** Everything kept in the customer's page for this site: the visitor's token, unsent messages, switches. */
  kept: Record<string, string>;
};

export type ToWindow =
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'page'; page: HostPage }
  | { type: 'reset' };

export type ToHost =
  | { type: 'keep'; key: string; value: string }
  | { type: 'drop'; key: string }
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'event'; name: 'ready' | 'message'; data?: unknown };

export const READY = 'laike:ready';
export const BEGIN = 'laike:begin';
