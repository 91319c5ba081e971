type Attributes = Record<string, string | (() => void)>;

/** `element('button', { class: 'entry', onclick }, 'Text')`.  Whatever is said in it is text, never HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes))
    if (typeof value === 'function') made.addEventListener(attribute.slice(2), value);
    else made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A shape of 32 × 32, in the colour of the text around it. */
export function shape(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('aria-hidden', 'true');
  drawn.setAttribute('d', path);
  svg.append(drawn);
  return svg;
}

/** A button of ours; the ones in the page's own forms must not send them. */
export function button(
  className: string,
  onclick: () => void,
  ...children: (Node | string)[]
): HTMLButtonElement {
  return element('button', { class: className, type: 'button', onclick }, ...children);
}
