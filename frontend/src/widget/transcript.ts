import type { Message } from '../shared/events';
import { fullTime } from '../shared/format';
import { t } from '../shared/i18n';

/** Hands the conversation to the visitor as a text file. */
export function saveTranscript(company: string, messages: Message[]): void {
  const file = new Blob(['\uFEFF', transcriptOf(messages)], { type: 'text/plain;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${company.replace(/[\\/:*?"<>|]/g, ' ').trim() || 'chat'}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function transcriptOf(messages: Message[]): string {
  return messages
    .map(({ at, author, text, file }) => {
      const said = file ? `[${file.name}] ${new URL(file.url, location.href).href}` : text;
      return `${fullTime(at)}  ${author.kind === 'visitor' ? t('You') : author.name}\r\n${said.replace(/\r?\n/g, '\r\n')}\r\n`;
    })
    .join('\r\n');
}
