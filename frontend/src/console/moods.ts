import { t } from '../shared/i18n';
import type { Mood } from './rows';

export const MOODS: readonly Mood[] = ['unanswered', 'answered', 'gone'];

/** The mark of a conversation in words, for who cannot tell the colours apart. */
export function moodName(mood: Mood): string {
  switch (mood) {
    case 'unanswered':
      return t('Waits for a word from us');
    case 'answered':
      return t('Answered');
    case 'gone':
      return t('The visitor has left');
  }
}
