import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/i18n';
import type { Link, MenuItem } from '../../shared/style';
import './MenuList.css';

/** What the visitor may do; what is not possible now is undefined and not shown. */
export type MenuChoices = {
  /** The key of the site whose chat this is. */
  site: string;
  /** What the company lets stand in the menu (W-33); undefined while nobody knows. */
  items: MenuItem[] | undefined;
  forum: Link | null;
  sound: boolean;
  sendsWithControl: boolean;
  onSound: (on: boolean) => void;
  onSendsWithControl: (on: boolean) => void;
  onRate: (() => void) | undefined;
  onSave: (() => void) | undefined;
  onLeave: (() => void) | undefined;
  onPrivacy: (() => void) | undefined;
  onEnd: (() => void) | undefined;
};

type Props = MenuChoices & { onClose: (refocus: boolean) => void };

/** The visitor's own switches, and the way out. */
export function MenuList(props: Props) {
  const { items, forum, sound, sendsWithControl, onSound, onSendsWithControl, onClose } = props;
  const has = (item: MenuItem) => items?.includes(item) ?? true;
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
    onClose(true);
    action();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return onClose(true);
    }
    if (event.key === 'Tab') return onClose(false);
    const items = itemsIn(list.current);
    const from = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  };
  const choice = (label: string, onChoose: (() => void) | undefined, danger = false) =>
    onChoose && <Choice key={label} label={label} onChoose={pick(onChoose)} danger={danger} />;
  const link = (label: string, url: string) => (
    <a
      key={url}
      class="menu-list__item"
      role="menuitem"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      dir="auto"
      onClick={() => onClose(true)}
    >
      {label}
    </a>
  );
  const toggle = (label: string, on: boolean, onSwitch: (on: boolean) => void) => (
    <Switch key={label} label={label} on={on} onSwitch={pick(() => onSwitch(!on))} />
  );
  const rows = [
    has('sound') && toggle(t('Sound'), sound, onSound),
    has('send_key') && toggle(t('Send with Ctrl+Enter'), sendsWithControl, onSendsWithControl),
    has('rating') && choice(t('Rate the conversation'), props.onRate),
    has('transcript') && choice(t('Save the conversation'), props.onSave),
    has('offline_message') && choice(t('Leave a message'), props.onLeave),
    has('privacy') && choice(t('Privacy'), props.onPrivacy),
    has('forum') && forum && link(forum.text || t('Forum'), forum.url),
    // Always: whom it is about has no say in it.
    link(t('Report abuse'), `/report?site=${props.site}`),
    choice(t('End the conversation'), props.onEnd, true),
  ];

  return (
    <div class="menu-list" role="menu" tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
      {rows}
    </div>
  );
}

type ChoiceProps = { label: string; onChoose: () => void; danger: boolean };

function Choice({ label, onChoose, danger }: ChoiceProps) {
  return (
    <button
      class={danger ? 'menu-list__item menu-list__item--danger' : 'menu-list__item'}
      type="button"
      role="menuitem"
      onClick={onChoose}
    >
      {label}
    </button>
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

function itemsIn(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('.menu-list__item') ?? [])];
}
