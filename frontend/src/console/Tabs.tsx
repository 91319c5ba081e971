import type { ComponentChildren } from 'preact';
import './Tabs.css';

type Props<Name extends string> = {
  label: string;
  tabs: [Name, string][];
  chosen: Name;
  children: ComponentChildren;
  onChoose: (name: Name) => void;
};

/** Parts of a panel, one at a time; arrow keys move between them. */
export function Tabs<Name extends string>({
  label,
  tabs,
  chosen,
  children,
  onChoose,
}: Props<Name>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const from = tabs.findIndex(([name]) => name === chosen);
    const next = tabs[(from + step + tabs.length) % tabs.length];
    if (!next) return;
    onChoose(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(([name, title]) => (
          <button
            key={name}
            id={`tab-${name}`}
            class="tabs__tab"
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls="tab-panel"
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        class="tabs__panel"
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${chosen}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
        tabIndex={0}
      >
        {children}
      </div>
    </>
  );
}
