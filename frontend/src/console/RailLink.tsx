import type { ComponentChildren } from 'preact';
import { Icon } from '../shared/Icon';

type Props = {
  href: string;
  shape: string[];
  label: string;
  current?: boolean;
  children?: ComponentChildren;
};

export function RailLink({ href, shape, label, current = false, children }: Props) {
  return (
    <a class="rail__link" href={href} aria-current={current ? 'page' : undefined} title={label}>
      <Icon shape={shape} />
      <span class="rail__label">{label}</span>
      <span class="rail__badge">{children}</span>
    </a>
  );
}
