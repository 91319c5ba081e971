import type { Standing } from '../../shared/style.ts';

export type Chosen = { device: 'desktop' | 'phone'; scheme: 'light' | 'dark'; standing: Standing };
export type Stage = { chosen: () => Chosen; onChoice: (listener: () => void) => void };

/** How wide visitors' screens are, how high at least, and how much there is around them. */
const SCREENS = {
  desktop: { width: 680, least: 700, around: 0 },
  phone: { width: 390, least: 740, around: 36 },
};

/** The frame as a computer or a phone, drawn as large as there is room; and the switches above it. */
export function drawStage(place: HTMLElement): Stage {
  const stage = place.querySelector<HTMLElement>('[data-editor-stage]');
  const switches = [...place.querySelectorAll<HTMLInputElement>('[data-editor-switch]')];
  const listen = (listener: () => void) => {
    for (const one of switches) one.addEventListener('change', listener);
  };
  startAs(switches);
  openAndClose(place);
  if (stage) {
    const arrange = () => arrangeFor(stage, chosenOf(switches).device);
    new ResizeObserver(arrange).observe(stage);
    listen(arrange);
  }
  return { chosen: () => chosenOf(switches), onChoice: listen };
}

function chosenOf(switches: HTMLInputElement[]): Chosen {
  const chosen = switches.filter(({ checked }) => checked);
  return Object.fromEntries(
    chosen.map(({ dataset, value }) => [dataset.editorSwitch, value]),
  ) as Chosen;
}

function arrangeFor(stage: HTMLElement, device: Chosen['device']): void {
  const { width, least, around } = SCREENS[device];
  const [wide, high] = [stage.clientWidth - around, stage.clientHeight - around];
  const scale = Math.min(1, wide / width, high / least);
  // A phone is as high as it is; a computer's page fills what there is.
  const height = device === 'phone' ? least : Math.max(least, high / scale);
  stage.dataset.device = device;
  stage.style.setProperty('--screen-width', `${width}px`);
  stage.style.setProperty('--screen-height', `${height}px`);
  stage.style.setProperty('--screen-scale', String(scale));
}

/** As the page itself: a phone in a hand, light or dark. */
function startAs(switches: HTMLInputElement[]): void {
  const device = matchMedia('(max-width: 700px)').matches ? 'phone' : 'desktop';
  const scheme = document.documentElement.dataset.bsTheme ?? 'light';
  for (const one of switches)
    if (one.dataset.editorSwitch !== 'standing') one.checked = [device, scheme].includes(one.value);
}

/** Where there is no room beside the form, the preview lies over it. */
function openAndClose(place: HTMLElement): void {
  const opener = place.querySelector<HTMLElement>('[data-editor-opener]');
  const closer = place.querySelector<HTMLElement>('[data-editor-closer]');
  const show = (is: boolean) => {
    place.classList.toggle('editor--previewing', is);
    opener?.setAttribute('aria-expanded', String(is));
    (is ? closer : opener)?.focus();
  };
  opener?.addEventListener('click', () => show(true));
  closer?.addEventListener('click', () => show(false));
  place.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && place.classList.contains('editor--previewing')) show(false);
  });
}
