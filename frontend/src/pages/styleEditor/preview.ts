import type { Reception, Standing, Style } from '../../shared/style.ts';
import { drawStage } from './stage.ts';

/** What the server makes of the form as it is being filled in. */
type Draft = {
  style: Style;
  reception: Reception;
  faults: Record<string, string>;
  hints: Record<string, string>;
};

const PAUSE = 250;

/** Shows in the frame what the form says, a moment after each change, and what is wrong with it beside its fields. */
export function followPreview(place: HTMLElement, form: HTMLFormElement): void {
  const frame = place.querySelector<HTMLIFrameElement>('[data-editor-frame]');
  if (!frame) return;
  const stage = drawStage(place);
  const touched = new Set<string>();
  let draft: Draft | null = null;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = () => {
    if (!draft) return;
    const { standing, scheme } = stage.chosen();
    const message = {
      type: 'dress',
      style: draft.style,
      reception: standingAs(draft.reception, standing),
      scheme,
    };
    frame.contentWindow?.postMessage(message, location.origin);
  };
  const ask = async () => {
    const number = ++asked;
    const answer = await drafted(form);
    // Answers may overtake each other; only the last question counts.
    if (number !== asked || !answer) return;
    draft = answer;
    show();
    tell(form, draft, touched);
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLElement && target.id) touched.add(target.id);
  });
  frame.addEventListener('load', show);
  stage.onChoice(show);
  void ask();
}

async function drafted(form: HTMLFormElement): Promise<Draft | null> {
  const typed = new FormData(form);
  // Pictures are kept as soon as they are chosen; here they would only be heavy.
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  try {
    const response = await fetch(form.dataset.preview ?? '', {
      method: 'POST',
      body: typed,
      headers: { Accept: 'application/json' },
    });
    return response.ok ? ((await response.json()) as Draft) : null;
  } catch {
    return null;
  }
}

/** The same people, all of them in the state that was chosen. */
export function standingAs(reception: Reception, standing: Standing): Reception {
  const state = standing === 'closed' ? 'offline' : standing;
  const entries = reception.entries.map((entry) => ({ ...entry, standing: state }));
  return { ...reception, standing, entries };
}

/** Beside a field that somebody has left: nobody is told what is wrong while still writing it. */
function tell(form: HTMLFormElement, draft: Draft, touched: Set<string>): void {
  const { style, faults, hints } = draft;
  form.style.setProperty('--chosen-text', style.launcher.on_accent);
  for (const id of touched) {
    const field = form.querySelector(`#${CSS.escape(id)}`);
    if (field) say(form, field, faults[id] ?? '');
  }
  for (const [name, text] of Object.entries(hints)) {
    const hint = form.querySelector(`[data-hint="${name}"]`);
    if (hint) hint.textContent = text;
  }
}

function say(form: HTMLFormElement, field: Element, fault: string): void {
  const id = `${field.id}-fault`;
  let place = form.querySelector(`#${CSS.escape(id)}`);
  if (!place && !fault) return;
  if (!place) {
    place = document.createElement('div');
    place.className = 'field-fault';
    place.id = id;
    field.after(place);
    const described = field.getAttribute('aria-describedby');
    field.setAttribute('aria-describedby', [described, id].filter(Boolean).join(' '));
  }
  place.textContent = fault;
  field.classList.toggle('is-invalid', fault !== '');
  if (fault) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}
