import { t } from '../../shared/i18n';
import type { Entry } from '../../shared/style';
import type { Choice } from '../bridge';

/** The same in the words of the bridge. */
export function choiceOf({ kind, id }: Entry): Choice {
  return kind === 'member' ? { member: id } : { department: id };
}

/** Whether it is this one he chose. */
export function isChosen(chosen: Choice | null, { kind, id }: Entry): boolean {
  if (!chosen) return false;
  return 'member' in chosen
    ? kind === 'member' && chosen.member === id
    : kind === 'department' && chosen.department === id;
}

/** Whom he chose, by name; '' for nobody, or for somebody who is not in the list any more. */
export function nameOf(chosen: Choice | null, entries: Entry[]): string {
  return entries.find((entry) => isChosen(chosen, entry))?.name ?? '';
}

/** What is said while everybody is in a conversation (M-02, W-31). */
export function busyWords(own: string | undefined): string {
  return own || t('Everybody is in a conversation right now. Write to us: you will be next.');
}
