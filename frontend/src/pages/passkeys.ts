import { all } from './elements.ts';

/**
 * `data-passkey="make"` or `"use"`: a form that is sent with what the device's key has signed.  What is to be signed comes
 * from `data-options`.  Where the browser knows no passkeys, the form is not there.
 */
export function usePasskeys(): void {
  for (const form of all('[data-passkey]', HTMLFormElement)) {
    form.hidden = !('PublicKeyCredential' in window);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      void sign(form);
    });
  }
}

async function sign(form: HTMLFormElement): Promise<void> {
  say(form, '');
  const typed = new FormData(form);
  const answer = await fetch(form.dataset.options ?? '', {
    method: 'POST',
    body: typed,
    headers: { Accept: 'application/json' },
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok) return say(form, sentenceOf(told) ?? form.dataset.failed ?? '');
  try {
    const { startAuthentication, startRegistration } = await import('@simplewebauthn/browser');
    const start = form.dataset.passkey === 'make' ? startRegistration : startAuthentication;
    const signed = await start({ optionsJSON: told });
    for (const field of form.querySelectorAll<HTMLInputElement>('[data-credential]'))
      field.value = JSON.stringify(signed);
    form.submit();
  } catch {
    // He thought better of it, or the device has no key for us.
    say(form, form.dataset.failed ?? '');
  }
}

type Refused = { error?: { message?: string; fields?: Record<string, string> } };

function sentenceOf(told: Refused | null): string | undefined {
  return Object.values(told?.error?.fields ?? {})[0] ?? told?.error?.message;
}

function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector('[role="alert"]');
  if (place) place.textContent = text;
}
