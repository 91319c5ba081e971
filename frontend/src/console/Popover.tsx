import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './Popover.css';

type Props = { label: string; children: ComponentChildren; onClose: () => void };

/** A small sheet over the page; Escape and a click beside it close it. */
export function Popover({ label, children, onClose }: Props) {
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    sheet.current?.querySelector<HTMLElement>('button, input, select')?.focus();
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && !sheet.current?.parentElement?.contains(target)) onClose();
    };
    addEventListener('pointerdown', elsewhere);
    return () => removeEventListener('pointerdown', elsewhere);
  }, []);
  return (
    <div
      class="popover"
      ref={sheet}
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}
