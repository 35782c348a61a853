// Starts `resurge lab` for the tests and opens its page.
import { test as base, expect, type Page } from "@playwright/test";
import { spawn, type ChildProcess } from "node:child_process";
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

/** A server with its own data folder. */
export async function start(data: string): Promise<{ lab: Lab; server: ChildProcess }> {
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
  return { lab: { url, origin, token: searchParams.get("token")! }, server };
}

export const test = base.extend<{ bench: Page }, { lab: Lab }>({
  lab: [
    async ({}, use) => {
      const { lab, server } = await start(mkdtempSync(join(tmpdir(), "resurge-lab-")));
      await use(lab);
      server.kill();
    },
    { scope: "worker" },
  ],
  bench: async ({ page, lab }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      // The policy of the page and missing files show up here.
      // A refused upload is one too, and has its own check.
      const refused = message.text().includes("status of 422");
      if (message.type() === "error" && !refused) wrong.push(message.text());
    });
    await page.goto(lab.url);
    await expect(page.locator(".panel").first()).toBeVisible();
    await use(page);
    expect(wrong).toEqual([]);
  },
});

export { expect };
