import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

// For `npm run dev`: LAB is the address that `resurge lab --no-open` printed; its server answers the questions.
const lab = process.env["LAB"] ? new URL(process.env["LAB"]) : undefined;
const proxy = lab && {
  "/api": {
    target: lab.origin,
    changeOrigin: true,
    headers: { authorization: `Bearer ${lab.searchParams.get("token")}`, origin: lab.origin },
  },
};

// Everything is a file of its own: the page's policy allows nothing inline.
export default defineConfig({
  plugins: [solid()],
  // jsPDF can draw HTML pages with these; here it draws SVG only.
  resolve: { alias: Object.fromEntries(["html2canvas", "dompurify", "canvg"].map((name) => [name, "/src/plot/absent.ts"])) },
  server: { proxy },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
});
