import type { ConsoleRequest } from '../shared/events';
import type { Transport } from '../shared/transport';

/** What the desk needs of its line to the server. */
export type DeskLine = Pick<
  Transport<ConsoleRequest>,
  'ask' | 'hint' | 'onEvent' | 'onState' | 'onCatchUp' | 'start' | 'stop' | 'state' | 'refusal'
>;
