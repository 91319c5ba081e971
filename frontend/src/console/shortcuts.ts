import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { unreadIn } from './rows';

/** The keys that work everywhere, as they are told on the sheet of shortcuts. */
export function shortcutTable(sendKey: 'enter' | 'ctrl_enter'): [string[], string][] {
  return [
    [['Alt', 'Z'], t('Next conversation that waits for a word')],
    [['Ctrl', 'K'], t('Search anything')],
    [sendKey === 'enter' ? ['Enter'] : ['Ctrl', 'Enter'], t('Send')],
    [sendKey === 'enter' ? ['Shift', 'Enter'] : ['Enter'], t('New line')],
    [['Esc'], t('Close, or one step back')],
    [['?'], t('This list')],
  ];
}

/** Alt+Z: the next conversation that wants something.  Ctrl+K: search.  Escape: one step back. */
export function onShortcut(event: KeyboardEvent, desk: Desk): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.altKey && event.code === 'KeyZ') {
    event.preventDefault();
    const next = nextConversation(desk);
    if (next !== null) desk.route.go('chats', next);
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    desk.search.open();
  } else if (event.key === '?' && !isWritten(event.target)) {
    event.preventDefault();
    desk.sheet.value = 'shortcuts';
  } else if (event.key === 'Escape') {
    stepBack(desk);
  }
}

/** The next of mine with something unread, after the one on the screen; else simply the next of mine, or who waits. */
export function nextConversation(desk: Desk): number | null {
  const { mine, waiting } = desk.conversations.groups.peek();
  const from = mine.indexOf(desk.route.place.peek().id ?? 0) + 1;
  const others = [...mine.slice(from), ...mine.slice(0, Math.max(0, from - 1))];
  const unread = others.find((id) => {
    const row = desk.conversations.rows.row(id)?.peek();
    return row && unreadIn(row) > 0;
  });
  return unread ?? waiting[0] ?? others[0] ?? null;
}

function isWritten(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
}

function stepBack(desk: Desk): void {
  const { tab, id } = desk.route.place.peek();
  if (desk.toast.peek()) desk.toast.value = null;
  else if (id !== null) desk.route.go(tab);
}
