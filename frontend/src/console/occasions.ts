import { t } from '../shared/i18n';
import type { Tone } from './tones';

/** What an agent may want to be called for. */
export const OCCASIONS = [
  'visitor_waits',
  'assigned',
  'message',
  'colleague',
  'offline_message',
  'visitor_arrives',
] as const;
export type Occasion = (typeof OCCASIONS)[number];

/** Whether a bubble comes up, whether it sounds, and how. */
export type Call = { bubble: boolean; sound: boolean; tone: Tone };
export type Calls = Record<Occasion, Call>;

export const USUAL_CALLS: Calls = {
  visitor_waits: { bubble: true, sound: true, tone: 'doorbell' },
  assigned: { bubble: true, sound: true, tone: 'doorbell' },
  message: { bubble: true, sound: true, tone: 'chime' },
  colleague: { bubble: true, sound: true, tone: 'knock' },
  offline_message: { bubble: true, sound: false, tone: 'drop' },
  visitor_arrives: { bubble: false, sound: false, tone: 'drop' },
};

export function occasionName(occasion: Occasion): string {
  switch (occasion) {
    case 'visitor_waits':
      return t('A visitor is waiting');
    case 'assigned':
      return t('A conversation is assigned to you');
    case 'message':
      return t('A visitor writes to you');
    case 'colleague':
      return t('A colleague writes to you');
    case 'offline_message':
      return t('A visitor leaves a message');
    case 'visitor_arrives':
      return t('A visitor comes to the site');
  }
}

export function toneName(tone: Tone): string {
  switch (tone) {
    case 'chime':
      return t('Chime');
    case 'doorbell':
      return t('Ding-dong');
    case 'drop':
      return t('Drop');
    case 'knock':
      return t('Knock');
  }
}
