import chevron from 'icon:chevron-down';
import type { ComponentChildren } from 'preact';
import { Icon } from '../shared/Icon';
import { number } from './numbers';
import './ChatGroup.css';

type Props = { title: string; count: number; quiet: boolean; children: ComponentChildren };

/** A part of the list, which may be folded. */
export function ChatGroup({ title, count, quiet, children }: Props) {
  if (count === 0) return null;
  return (
    <details class="chat-group" open={!quiet}>
      <summary class="chat-group__title">
        <Icon shape={chevron} size="small" />
        <span>{title}</span>
        <span class="chat-group__count">{number(count)}</span>
      </summary>
      <ul>{children}</ul>
    </details>
  );
}
