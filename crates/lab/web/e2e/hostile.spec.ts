// Strangers, nonsense, and programs that end without a word.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, start, test } from "./lab";

test("only the page with the token is answered", async ({ lab }) => {
  const ask = (headers: Record<string, string>, path = "/api/catalog") => fetch(lab.origin + path, { headers });
  expect((await ask({})).status).toBe(403);
  expect((await ask({ authorization: "Bearer wrong" })).status).toBe(403);
  expect((await ask({ authorization: `Bearer ${lab.token}` })).status).toBe(200);
  expect((await ask({ authorization: `Bearer ${lab.token}`, origin: "http://evil.example" })).status).toBe(403);
  expect((await ask({ authorization: `Bearer ${lab.token}` }, "/../../etc/passwd")).status).toBe(404);
});

test("another web page can neither ask nor embed", async ({ page, lab, context }) => {
  await page.goto(lab.url);
  const other = await context.newPage();
  await other.route("http://evil.example/", (route) => route.fulfill({ contentType: "text/html", body: `<iframe src="${lab.origin}/"></iframe>` }));
  await other.goto("http://evil.example/");
  const outcome = await other.evaluate(
    (url) => fetch(url, { credentials: "include" }).then((r) => `answered ${r.status}`, () => "refused"),
    `${lab.origin}/api/catalog`,
  );
  expect(outcome).toBe("refused");
  await expect(other.frameLocator("iframe").locator(".map")).toHaveCount(0);
});

test("nonsense is refused and the server lives on", async ({ lab }) => {
  const headers = { authorization: `Bearer ${lab.token}`, "content-type": "application/json" };
  const post = (path: string, body: BodyInit, more = {}) => fetch(lab.origin + path, { method: "POST", headers: { ...headers, ...more }, body });
  expect((await post("/api/run", "{")).status).toBe(400);
  expect((await post("/api/run", '{"page":"p","scenario":{"cell":"HeLa","hours":24}}')).status).toBe(404);
  const large = new Uint8Array(17 * 1024 * 1024);
  const status = await post("/api/tables", large, { "x-file-name": "a.csv" }).then((r) => r.status, () => 413);
  expect(status).toBe(413);
  for (let i = 0; i < 20; i++) {
    const gone = new AbortController();
    const request = fetch(`${lab.origin}/api/run`, { method: "POST", headers, body: '{"page":"gone","scenario":{"cell":"BT-474","hours":1440}}', signal: gone.signal });
    setTimeout(() => gone.abort(), 5);
    await request.catch(() => undefined);
  }
  expect((await fetch(`${lab.origin}/api/catalog`, { headers })).status).toBe(200);
});

test("what was kept survives kill -9", async () => {
  const data = mkdtempSync(join(tmpdir(), "resurge-lab-"));
  const first = await start(data);
  const headers = { authorization: `Bearer ${first.lab.token}`, "content-type": "application/json" };
  for (let i = 0; i < 10; i++) {
    const kept = await fetch(`${first.lab.origin}/api/history`, { method: "POST", headers, body: JSON.stringify({ title: `project ${i}`, view: `{"i":${i}}` }) });
    expect(kept.status).toBe(200);
  }
  spawn("kill", ["-9", String(first.server.pid)]);
  await new Promise((done) => first.server.once("exit", done));
  const second = await start(data);
  const list = await fetch(`${second.lab.origin}/api/history`, { headers: { authorization: `Bearer ${second.lab.token}` } });
  expect(((await list.json()) as unknown[]).length).toBe(10);
  second.server.kill();
});
