import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type InlineConfig, type Manifest } from 'vite';
import { keepBudgets } from './budgets.ts';
import { lightImports } from './lightImports.ts';

const root = path.resolve(import.meta.dirname, '..');
// Beside the one in use: a server that is running finds the old files until the new ones are all there.
const dist = path.join(root, 'dist.new');
const inUse = path.join(root, 'dist');
const HOST = 'src/widget/host/main.ts';
const entries = [
  'src/widget/preview.tsx',
  'src/widget/main.tsx',
  HOST,
  'src/console/main.tsx',
  'src/pages/main.ts',
];

rmSync(dist, { recursive: true, force: true });
const manifest: Manifest = {};
// One build each: visitors, agents and admins share no cache, and a common chunk would make all of them carry more.
for (const entry of entries.filter((entry) => existsSync(path.join(root, entry)))) {
  Object.assign(manifest, await bundle(entry));
}
await buildLoader();
writeFileSync(path.join(dist, '.vite/manifest.json'), JSON.stringify(manifest, null, 2));
compressAll();
for (const line of keepBudgets(dist, manifest)) process.stdout.write(`${line}\n`);
rmSync(inUse, { recursive: true, force: true });
renameSync(dist, inUse);

async function bundle(entry: string): Promise<Manifest> {
  await build({
    ...configWith({
      manifest: true,
      modulePreload: false,
      assetsDir: '',
      // What draws charts is that big, and fetched only by the pages that have one.
      chunkSizeWarningLimit: 600,
      rolldownOptions: {
        input: { [path.basename(path.dirname(entry))]: path.join(root, entry) },
        // The loader calls what the host module exports.
        preserveEntrySignatures: 'exports-only',
        // htmx has an eval for expressions in attributes; we switch it off (pages/main.ts), and our policy forbids it.
        checks: { eval: false, pluginTimings: false },
      },
    }),
    plugins: [lightImports(entry !== HOST)],
  });
  return JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
}

async function buildLoader(): Promise<void> {
  const lib = {
    entry: path.join(root, 'src/widget/loader.ts'),
    name: 'laike',
    fileName: () => 'loader.js',
  };
  await build(configWith({ lib: { ...lib, formats: ['iife'] } }));
}

function configWith(options: InlineConfig['build']): InlineConfig {
  // Cascade layers set the limit; the syntax we use is older than they are.
  const cssTarget = ['chrome99', 'edge99', 'firefox97', 'safari15.4'];
  return {
    root,
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: dist, emptyOutDir: false, target: 'es2022', cssTarget, ...options },
  };
}

function compressAll(): void {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const file = path.join(dist, name);
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}
