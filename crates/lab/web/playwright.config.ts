import { defineConfig } from "@playwright/test";

// The server is started by each worker (e2e/lab.ts); the browser is the system's Chromium.
export default defineConfig({
  testDir: "e2e",
  timeout: 60_000,
  // A loaded machine answers late; how fast the lab is, budgets.spec.ts measures.
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
});
