import type { Plugin } from 'vite';

/** Brings a part that comes later, and the style sheets it has.  What could not be fetched is tried again the next time. */
const WITH_STYLES = `
const styles = (file) => new Promise((come, fail) => {
  const href = '/a/' + file;
  if (document.querySelector('link[href="' + href + '"]')) return come();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.onload = come;
  link.onerror = (event) => { link.remove(); fail(event); };
  link.href = href;
  document.head.append(link);
});
export const __vitePreload = (load, files = []) =>
  Promise.all([load(), ...files.filter((file) => file.endsWith('.css')).map(styles)]).then(([part]) => part);
`;

/** In a customer's page we bring no style sheets, and touch no head. */
const ALONE = 'export const __vitePreload = (load) => load()';

/** What Vite wraps around every `import()`, at a quarter of its size: browsers fetch the scripts by themselves. */
export function lightImports(hasStyles: boolean): Plugin {
  return {
    name: 'laike-light-imports',
    enforce: 'pre',
    load: (id) =>
      id.includes('vite/preload-helper') ? (hasStyles ? WITH_STYLES : ALONE) : undefined,
  };
}
