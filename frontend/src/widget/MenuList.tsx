import { useEffect, useRef } from 'preact/hooks';
import type { Message } from '../shared/events';
import { t } from '../shared/i18n';
import { saveTranscript } from './transcript';
import './MenuList.css';

export type MenuListProps = {
  company: string;
  sound: boolean;
  showsTyping: boolean;
  messages: Message[];
  canEnd: boolean;
  onSound: (on: boolean) => void;
  onShowsTyping: (on: boolean) => void;
  onEnd: () => void;
  onClose: (refocus: boolean) => void;
};

/** The visitor's own switches, and the way out. */
export function MenuList(props: MenuListProps) {
  const { company, sound, showsTyping, messages, canEnd } = props;
  const { onSound, onShowsTyping, onEnd, onClose } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    itemsIn(list.current)[0]?.focus();
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && !list.current?.parentElement?.contains(target)) onClose(false);
    };
    addEventListener('pointerdown', elsewhere);
    return () => removeEventListener('pointerdown', elsewhere);
  }, []);

  const pick = (action: () => void) => () => {
    action();
    onClose(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return onClose(true);
    }
    if (event.key === 'Tab') return onClose(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = itemsIn(list.current);
    const from = items.indexOf(document.activeElement as HTMLButtonElement);
    items.at((from + step) % items.length)?.focus();
  };

  return (
    <div class="menu-list" role="menu" tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
      <Switch label={t('Sound')} on={sound} onSwitch={pick(() => onSound(!sound))} />
      <Switch
        label={t('Show the team what I am typing')}
        on={showsTyping}
        onSwitch={pick(() => onShowsTyping(!showsTyping))}
      />
      {messages.length > 0 && (
        <button
          class="menu-list__item"
          type="button"
          role="menuitem"
          onClick={pick(() => saveTranscript(company, messages))}
        >
          {t('Save the conversation')}
        </button>
      )}
      {canEnd && (
        <button
          class="menu-list__item menu-list__item--danger"
          type="button"
          role="menuitem"
          onClick={pick(onEnd)}
        >
          {t('End the conversation')}
        </button>
      )}
    </div>
  );
}

function Switch({ label, on, onSwitch }: { label: string; on: boolean; onSwitch: () => void }) {
  return (
    <button
      class="menu-list__item"
      type="button"
      role="menuitemcheckbox"
      aria-checked={on}
      onClick={onSwitch}
    >
      {label}
      <span class={on ? 'menu-list__switch menu-list__switch--on' : 'menu-list__switch'} />
    </button>
  );
}

function itemsIn(list: HTMLElement | null): HTMLButtonElement[] {
  return [...(list?.querySelectorAll('button') ?? [])];
}
