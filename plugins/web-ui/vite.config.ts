/** How the pages are built: static files with relative addresses, one small chunk for each page, nothing inlined. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "plugins/web-ui/browser",
  // Pages are one path segment deep, so that these work below any path of any proxy.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../../dist/plugins/web-ui/pages",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // The Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // `npm run pages`: as one edits them, with the answers of a pvmon that runs.
  server: { proxy: { "/api": "http://127.0.0.1:5073" } },
});
