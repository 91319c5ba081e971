import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import './EmojiGrid.css';

/** Of each kind four dozen (Y-18). */
const SETS = {
  native:
    '😀 😄 😁 😂 🤣 😊 😇 🙂 😉 😍 😘 😋 😎 🤩 🤔 😐 🙄 😏 😴 😢 😭 😤 😡 😱 😅 🤝 👍 👎 👌 ✌️ 👏 🙏 💪 👋 ❤️ 💔 🔥 ✨ 🎉 🎁 🌹 ☕ ✅ ❌ ⭐ 💰 📦 🚚',
  faces:
    '😀 😃 😄 😁 😆 😅 🤣 😂 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😗 😚 😙 😋 😛 😜 🤪 😝 🤗 🤭 🤫 🤔 😐 😑 😏 😒 🙄 😬 😌 😔 😪 😴 😷 🤒 😎 😕 😟 😢 😭 😡 😱',
  hands:
    '👋 🤚 🖐️ ✋ 🖖 👌 ✌️ 🤞 🤟 🤘 🤙 👈 👉 👆 👇 ☝️ 👍 👎 ✊ 👊 🤛 🤜 👏 🙌 👐 🤲 🤝 🙏 ✍️ 💅 🤳 💪 🙋 🙆 🙅 🤷 🤦 🙇 💁 🏃 💃 🕺 👀 👂 ❤️ 💔 💯 🎉',
};
const COLUMNS = 8;

type Props = {
  set?: keyof typeof SETS;
  onPick: (emoji: string) => void;
  onClose: () => void;
};

/** Four dozen emoji of the reader's own system; arrow keys move, Escape leaves. */
export function EmojiGrid({ set = 'native', onPick, onClose }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => buttonsIn(grid.current)[0]?.focus(), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return onClose();
    }
    const step = stepFor(
      event.key,
      getComputedStyle(event.currentTarget as Element).direction === 'rtl',
    );
    if (step === 0) return;
    event.preventDefault();
    const buttons = buttonsIn(grid.current);
    const from = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[from + step]?.focus();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of the form, this is a tool
    <div class="emoji-grid" ref={grid} role="group" aria-label={t('Emoji')} onKeyDown={onKeyDown}>
      {SETS[set].split(' ').map((emoji, index) => (
        <button
          key={emoji}
          class="emoji-grid__emoji"
          type="button"
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

function buttonsIn(grid: HTMLElement | null): HTMLButtonElement[] {
  return [...(grid?.querySelectorAll('button') ?? [])];
}

function stepFor(key: string, rightToLeft: boolean): number {
  const forward = rightToLeft ? -1 : 1;
  return (
    { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[key] ?? 0
  );
}
