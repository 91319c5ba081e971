import './Notice.css';

type Props = { text: string };

/** What happened, said by nobody in particular. */
export function Notice({ text }: Props) {
  return (
    <li class="notice" dir="auto">
      {text}
    </li>
  );
}
