import type { Message } from '../events';
import { FileCard } from './FileCard';
import { Picture } from './Picture';
import { isEmojiOnly, partsOf } from './textParts';
import './Bubble.css';

type Props = { message: Pick<Message, 'text' | 'file'>; mine: boolean; pale?: boolean };

/** One message: its words, its picture or its file. */
export function Bubble({ message, mine, pale = false }: Props) {
  const { text, file } = message;
  if (file?.is_picture) return <Picture file={file} pale={pale} />;
  if (file) return <FileCard file={file} pale={pale} />;
  return (
    <p class={classes(mine, pale, isEmojiOnly(text))} dir="auto">
      {partsOf(text).map((part, index) =>
        part.href ? (
          <a
            key={index}
            class="bubble__link"
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

function classes(mine: boolean, pale: boolean, emoji: boolean): string {
  const variants = [mine && 'mine', pale && 'pale', emoji && 'emoji'].filter(Boolean);
  return ['bubble', ...variants.map((variant) => `bubble--${variant}`)].join(' ');
}
