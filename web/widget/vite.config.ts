import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One classic script, because shops paste one tag: no chunks, no module loader, no style file. */
export default defineConfig({
  root: here('.'),
  publicDir: false,
  build: {
    target: ['es2020', 'safari14'],
    outDir: here('../dist/widget'),
    emptyOutDir: true,
    sourcemap: false,
    lib: { entry: here('./main.ts'), formats: ['iife'], name: 'XiaoerWidget', fileName: () => 'widget.js' },
  },
});
