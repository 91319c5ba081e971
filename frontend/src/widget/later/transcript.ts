import type { Conversation, Message } from '../../shared/events';
import { currentLocale, t } from '../../shared/i18n';

type Conversed = Pick<Conversation, 'opened_at'> & { messages: Message[] };

/** Hands the whole conversation to the visitor as a text file (W-11). */
export function saveTranscript(company: string, conversation: Conversed): void {
  saveFile(transcriptName(company, conversation), 'text/plain', [
    '\uFEFF',
    transcriptOf(company, conversation),
  ]);
}

/** Gives the browser a file to save. */
export function saveFile(name: string, type: string, parts: string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** "Acme 2026-03-01.txt", by the visitor's own day. */
export function transcriptName(company: string, { opened_at }: Conversed): string {
  const opened = new Date(opened_at);
  const day = [opened.getFullYear(), opened.getMonth() + 1, opened.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  return `${`${company.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ')} `.trimStart()}${day}.txt`;
}

/** Who wrote what and when, with the zone, in the visitor's language; lines end as every system reads them. */
export function transcriptOf(company: string, { messages }: Conversed): string {
  const passages = messages.map((message) =>
    message.author.kind === 'system' && !message.author.name
      ? `${momentOf(message.at)}  — ${message.text}`
      : `${momentOf(message.at)}  ${authorOf(message)}\n${contentOf(message)}`,
  );
  const title = t('Conversation with {company}', { company });
  return `${[title, ...passages].join('\n\n')}\n`.replace(/\r?\n/g, '\r\n');
}

function authorOf({ author }: Message): string {
  return author.kind === 'visitor' ? t('You') : author.name;
}

function contentOf({ text, file }: Message): string {
  return file ? `${file.name}\n${new URL(file.url, location.href).href}` : text;
}

function momentOf(at: string): string {
  const format = { dateStyle: 'medium', timeStyle: 'long' } as const;
  return new Intl.DateTimeFormat(currentLocale(), format).format(new Date(at));
}
