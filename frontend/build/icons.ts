import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const PREFIX = 'icon:';
const require = createRequire(import.meta.url);

/** `import send from 'icon:send'` gives the strokes of that Tabler icon, for <Icon shape={send} />. */
export function icons(): Plugin {
  return {
    name: 'laike-icons',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return;
      return `export default ${JSON.stringify(strokesOf(await svgOf(id.slice(PREFIX.length + 1))))}`;
    },
  };
}

function svgOf(name: string): Promise<string> {
  return readFile(require.resolve(`@tabler/icons/outline/${name}.svg`), 'utf8');
}

function strokesOf(svg: string): string[] {
  return [...svg.matchAll(/<path d="([^"]+)"/g)].map(([, stroke]) => stroke ?? '');
}
