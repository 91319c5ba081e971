import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/i18n';
import './MenuList.css';

/** What the visitor may do; what is not possible now is undefined and not shown. */
export type MenuChoices = {
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
  const { sound, sendsWithControl, onSound, onSendsWithControl, onClose } = props;
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
    const from = items.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  };

  return (
    <div class="menu-list" role="menu" tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
      <Switch label={t('Sound')} on={sound} onSwitch={pick(() => onSound(!sound))} />
      <Switch
        label={t('Send with Ctrl+Enter')}
        on={sendsWithControl}
        onSwitch={pick(() => onSendsWithControl(!sendsWithControl))}
      />
      <Choice label={t('Rate the conversation')} onChoose={props.onRate} pick={pick} />
      <Choice label={t('Save the conversation')} onChoose={props.onSave} pick={pick} />
      <Choice label={t('Leave a message')} onChoose={props.onLeave} pick={pick} />
      <Choice label={t('Privacy')} onChoose={props.onPrivacy} pick={pick} />
      <Choice label={t('End the conversation')} onChoose={props.onEnd} pick={pick} danger />
    </div>
  );
}

type ChoiceProps = {
  label: string;
  onChoose: (() => void) | undefined;
  pick: (action: () => void) => () => void;
  danger?: boolean;
};

function Choice({ label, onChoose, pick, danger }: ChoiceProps) {
  if (!onChoose) return null;
  return (
    <button
      class={danger ? 'menu-list__item menu-list__item--danger' : 'menu-list__item'}
      type="button"
      role="menuitem"
      onClick={pick(onChoose)}
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

function itemsIn(list: HTMLElement | null): HTMLButtonElement[] {
  return [...(list?.querySelectorAll('button') ?? [])];
}
