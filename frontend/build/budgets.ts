import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';

/** What a stranger's page and phone may be asked to download, in bytes.  The build fails above it. */
export const BUDGETS = { loader: 3_000, window: 35_000 };

/** Throws when the loader (brotli) or the first opening of the window (gzip, with its words) has grown too big. */
export function keepBudgets(dist: string, manifest: Manifest): string[] {
  const window = 'src/widget/main.tsx';
  const opened = total(firstOpen(manifest, window), dist) + biggestLanguage(manifest, window, dist);
  return [
    spent(
      'loader',
      brotliCompressSync(readFileSync(path.join(dist, 'loader.js'))).length,
      BUDGETS.loader,
    ),
    spent('window', opened, BUDGETS.window),
  ];
}

function spent(name: string, bytes: number, budget: number): string {
  const line = `${name}: ${bytes} of ${budget} bytes`;
  if (bytes > budget) throw new Error(`Over budget — ${line}`);
  return line;
}

/** The entry, everything it imports at once, and their styles. */
function firstOpen(manifest: Manifest, entry: string): string[] {
  const files = new Set<string>();
  const visit = (key: string) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    chunk.imports?.forEach(visit);
  };
  visit(entry);
  return [...files];
}

/** Of the languages it picks one; the biggest counts.  The words of parts that come later come with them. */
function biggestLanguage(manifest: Manifest, entry: string, dist: string): number {
  const languages = (manifest[entry]?.dynamicImports ?? []).filter(
    (key) => key.includes('i18n/') && !key.endsWith('/later'),
  );
  return Math.max(0, ...languages.map((key) => total([manifest[key]?.file ?? ''], dist)));
}

function total(files: string[], dist: string): number {
  return files
    .map((file) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0);
}
