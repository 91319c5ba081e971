import { all } from './elements.ts';

/** `data-guard`: asks before what was typed is left behind; with the value "touched" the page came with something typed in it. */
export function keepWhatWasTyped(): void {
  for (const form of all('[data-guard]', HTMLFormElement)) {
    let touched = form.dataset.guard === 'touched' || wasRefused(form);
    form.addEventListener('input', () => {
      touched = true;
    });
    form.addEventListener('submit', (event) => {
      if (leaves(event)) touched = false;
    });
    addEventListener('beforeunload', (event) => {
      if (touched) event.preventDefault();
    });
  }
}

/** Whether the page came back with what was typed, for a fault beside a field or one of all of it. */
function wasRefused(form: HTMLFormElement): boolean {
  return (
    form.querySelector('[aria-invalid]') !== null ||
    all('[data-focus].alert-danger', HTMLElement).length > 0
  );
}

/** `data-once`: a form that a second click must not send again.  What went wrong is read out first. */
export function sendOnce(): void {
  for (const form of all('[data-once]', HTMLFormElement)) {
    // After the form is on its way: a button that is switched off before is not sent with it.
    form.addEventListener('submit', (event) => {
      if (leaves(event)) setTimeout(() => busy(form, true));
    });
    // Coming back by the browser's button shows the page as it was left.
    addEventListener('pageshow', () => busy(form, false));
  }
  all('[data-focus]', HTMLElement)[0]?.focus();
}

/** Whether the page goes away with its form; a button may open another tab instead. */
function leaves({ submitter }: SubmitEvent): boolean {
  return submitter?.getAttribute('formtarget') !== '_blank';
}

function busy(form: HTMLFormElement, is: boolean): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>(
    'button:not([type=button], [data-greyed])',
  )) {
    button.dataset.label ??= button.textContent ?? '';
    button.disabled = is;
    if (button.dataset.busy) button.textContent = is ? button.dataset.busy : button.dataset.label;
  }
}
