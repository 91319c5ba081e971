import { useEffect, useRef } from 'preact/hooks';
import './Introduction.css';

/**
 * What the company writes about itself (W-13, Y-16).  The one place where a text becomes part of our page as it is: the
 * server lets through what chat/styles/rich_text.py lists, and our policy runs no script that is not ours.
 */
export function Introduction({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    place.current.innerHTML = html;
    for (const link of place.current.querySelectorAll('a')) leaveUsHere(link);
  }, [html]);
  return <div class="introduction" ref={place} dir="auto" />;
}

/** Whatever it says, a link opens beside the conversation, and learns nothing of it. */
function leaveUsHere(link: HTMLAnchorElement): void {
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
}
