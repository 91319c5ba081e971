import type { ComponentChildren } from 'preact';
import { pageAddress } from './addresses';

type Props = { url: string; children?: ComponentChildren; current?: boolean };

/** A page of a customer's site, in a window of its own that learns nothing of us. */
export function PageLink({ url, children, current = false }: Props) {
  return (
    <a
      class="page-link"
      href={pageAddress(url)}
      target="_blank"
      rel="noopener noreferrer nofollow"
      title={url}
      dir="auto"
      aria-current={current ? 'true' : undefined}
    >
      {children ?? url}
    </a>
  );
}
