import { all, input } from './elements.ts';

// Mailboxes of everybody say nothing about a company.
const EVERYBODYS =
  /^(gmail|googlemail|qq|163|126|foxmail|sina|outlook|hotmail|live|msn|yahoo|icloud|proton|protonmail)\./;

/** A company ID out of the company's name, or where that has no Latin letters, out of the e-mail address. */
export function companyIdFrom(name: string, email: string): string {
  const domain = email.split('@')[1]?.toLowerCase() ?? '';
  return idOf(name) || (EVERYBODYS.test(domain) ? '' : idOf(domain.split('.')[0] ?? ''));
}

/** Fills in the company ID until somebody types one himself. */
export function suggestCompanyId(): void {
  const form = document.querySelector('[data-sign-up]');
  const [name, email, id] = [input('name'), input('email'), input('company_id')];
  if (!form || !name || !email || !id) return;
  let own = id.value !== '';
  id.addEventListener('input', (event) => {
    own = event.isTrusted && id.value !== '';
  });
  const suggest = () => {
    const suggested = companyIdFrom(name.value, email.value);
    if (own || !suggested || suggested === id.value) return;
    id.value = suggested;
    id.dispatchEvent(new Event('input', { bubbles: true }));
  };
  name.addEventListener('input', suggest);
  email.addEventListener('change', suggest);
}

/** The browser knows its time zone; the server does not. */
export function tellTimeZone(): void {
  for (const field of all('[data-time-zone]', HTMLInputElement))
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function idOf(text: string): string {
  const id = text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
  return id.length >= 3 ? id : '';
}
