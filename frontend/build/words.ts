import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'vite';

const SOURCES = path.resolve(import.meta.dirname, '../src');
/** Folders whose parts are fetched later, or elsewhere, and their words with them. */
const APART = ['later', 'host'];

/**
 * A translation file holds the words of the whole front end; each bundle needs its own only.
 * `import.meta.glob('../i18n/*.json', { query: '?for=widget' })` keeps what `widget` and `shared` say, but not what is said
 * in `widget/later` and `widget/host`: their parts come by themselves, with their own words (`?for=widget/later`).
 */
export function words(): Plugin {
  return {
    name: 'laike-words',
    enforce: 'pre',
    async load(id) {
      const [file, folder] = id.split('?for=');
      if (!file || !folder) return;
      const said = await wordsSaidIn(folder, ...(isApart(path.basename(folder)) ? [] : ['shared']));
      const all = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
      const own = Object.fromEntries(all.filter(([source]) => said.has(source)));
      return { code: `export default ${JSON.stringify(own)}`, moduleType: 'js' };
    },
  };
}

async function wordsSaidIn(...folders: string[]): Promise<Set<string>> {
  const said = new Set<string>();
  for (const folder of folders)
    for (const file of await readdir(path.join(SOURCES, folder), { recursive: true }))
      if (/\.tsx?$/.test(file) && !isApart(file.split(path.sep)[0]))
        for (const word of wordsIn(await readFile(path.join(SOURCES, folder, file), 'utf8')))
          said.add(word);
  return said;
}

function isApart(folder: string | undefined): boolean {
  return folder !== undefined && APART.includes(folder);
}

/** The first literal of every `t('…')` and `tn('…', …)`. */
export function wordsIn(code: string): string[] {
  const calls = code.matchAll(/\btn?\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`$]*)`)/g);
  return [...calls].map(([, single, double, tick]) =>
    (single ?? double ?? tick ?? '').replace(/\\(.)/g, '$1'),
  );
}
