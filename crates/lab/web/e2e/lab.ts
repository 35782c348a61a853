// Starts `resurge lab` for the tests and opens its page.
import { test as base, expect, type Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program under test; build it with `cargo build --release --package cli`. */
const PROGRAM = process.env["RESURGE"] ?? "../../../target/release/resurge";

export interface Lab {
  /** Address with the token. */
  url: string;
  origin: string;
  token: string;
}

export const test = base.extend<{ bench: Page }, { lab: Lab }>({
  lab: [
    async ({}, use) => {
      const data = mkdtempSync(join(tmpdir(), "resurge-lab-"));
      const server = spawn(PROGRAM, ["lab", "--no-open"], { env: { ...process.env, XDG_DATA_HOME: data } });
      const url = await new Promise<string>((resolve, reject) => {
        let said = "";
        const hear = (chunk: Buffer) => {
          said += chunk.toString();
          const found = /http:\/\/\S+\?token=\w+/.exec(said);
          if (found) resolve(found[0]);
        };
        server.stdout.on("data", hear);
        server.stderr.on("data", hear);
        server.on("error", reject);
        server.on("exit", (code) => reject(new Error(`resurge lab ended with ${code}: ${said}`)));
      });
      const { origin, searchParams } = new URL(url);
      await use({ url, origin, token: searchParams.get("token")! });
      server.kill();
    },
    { scope: "worker" },
  ],
  bench: async ({ page, lab }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      // The policy of the page and missing files show up here.
      if (message.type() === "error") wrong.push(message.text());
    });
    await page.goto(lab.url);
    await expect(page.locator(".panel").first()).toBeVisible();
    await use(page);
    expect(wrong).toEqual([]);
  },
});

export { expect };
