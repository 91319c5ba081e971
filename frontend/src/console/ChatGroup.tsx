import chevron from 'icon:chevron-down';
import type { ComponentChildren } from 'preact';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { number } from './numbers';
import './ChatGroup.css';

type Props = {
  title: string;
  count: number;
  /** Whether there is anything in it, if the count does not say so. */
  shown?: boolean;
  /** At most so many, where there is a limit. */
  limit?: number | undefined;
  quiet: boolean;
  /** What may be done with all of them. */
  action?: ComponentChildren;
  children: ComponentChildren;
};

/** A part of the list, which may be folded. */
export function ChatGroup(props: Props) {
  const { title, count, shown = count > 0, limit, quiet, action, children } = props;
  if (!shown) return null;
  return (
    <details class="chat-group" open={!quiet}>
      <summary class="chat-group__title">
        <Icon shape={chevron} size="small" />
        <span>{title}</span>
        <span class="chat-group__count">
          {limit === undefined
            ? number(count)
            : t('{taken} of {total}', { taken: number(count), total: number(limit) })}
        </span>
      </summary>
      {action}
      <ul>{children}</ul>
    </details>
  );
}
