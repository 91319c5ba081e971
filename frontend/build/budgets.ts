import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';

/** What a stranger's page and phone may be asked to download, in bytes.  The build fails above it. */
export const BUDGETS = { loader: 3_000, host: 8_000, window: 35_000 };

/** Throws when what goes into the page (brotli) or the first opening of the window (gzip) has grown too big, words and all. */
export function keepBudgets(dist: string, manifest: Manifest): string[] {
  return [
    spent('loader', brotli(['loader.js'], dist), BUDGETS.loader),
    spent('host', opened('src/widget/host/main.ts', manifest, dist, brotli), BUDGETS.host),
    spent('window', opened('src/widget/main.tsx', manifest, dist, gzip), BUDGETS.window),
  ];
}

type Measure = (files: string[], dist: string) => number;

function opened(entry: string, manifest: Manifest, dist: string, measure: Measure): number {
  return (
    measure(firstOpen(manifest, entry), dist) + biggestLanguage(manifest, entry, dist, measure)
  );
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
function biggestLanguage(
  manifest: Manifest,
  entry: string,
  dist: string,
  measure: Measure,
): number {
  const languages = (manifest[entry]?.dynamicImports ?? []).filter(
    (key) => key.includes('i18n/') && !key.endsWith('/later'),
  );
  return Math.max(0, ...languages.map((key) => measure([manifest[key]?.file ?? ''], dist)));
}

function gzip(files: string[], dist: string): number {
  return sum(files, dist, (content) => gzipSync(content, { level: 9 }));
}

function brotli(files: string[], dist: string): number {
  return sum(files, dist, brotliCompressSync);
}

function sum(files: string[], dist: string, compressed: (content: Buffer) => Buffer): number {
  return files.reduce(
    (size, file) => size + compressed(readFileSync(path.join(dist, file))).length,
    0,
  );
}
