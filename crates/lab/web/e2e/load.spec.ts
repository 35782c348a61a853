// 20 clients move sliders: no error, memory flat, the newest answer wins. MINUTES=5 for the long form.
import { readFileSync } from "node:fs";
import { expect, start, test } from "./lab";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MINUTES = Number(process.env["MINUTES"] ?? "0.25");
const CLIENTS = 20;

/** Resident memory of a process in MB (Linux). */
function memory(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line![1]) / 1024;
}

test("20 clients move sliders", async () => {
  test.setTimeout((MINUTES + 1) * 60_000);
  const { lab, server } = await start(mkdtempSync(join(tmpdir(), "resurge-lab-")));
  const headers = { authorization: `Bearer ${lab.token}`, "content-type": "application/json" };
  const end = Date.now() + MINUTES * 60_000;
  const counts = { answered: 0, superseded: 0, wrong: [] as string[] };
  const times: number[] = [];
  let number = 0;
  const ask = async (page: string, dose: number) => {
    const scenario = { cell: "BT-474", hours: 24, agents: [{ agent: "AZD8055", dose_nm: dose, pulses: [[0, 24]] }] };
    const begun = performance.now();
    const answer = await fetch(`${lab.origin}/api/run`, { method: "POST", headers, body: JSON.stringify({ page, number: ++number, scenario }) });
    const body = await answer.arrayBuffer();
    if (answer.status === 409) return "superseded" as const;
    if (answer.status !== 200) counts.wrong.push(`${answer.status} ${new TextDecoder().decode(body)}`);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, new DataView(body).getUint32(0, true))));
    if (!head.arms[1].marks[0][1].includes(`${dose} nM`)) counts.wrong.push(`asked for ${dose} nM, got ${head.arms[1].marks[0][1]}`);
    times.push(performance.now() - begun);
    return "answered" as const;
  };
  const client = async (k: number) => {
    for (let i = 0; Date.now() < end; i++) {
      // Every fifth move comes before the answer to the one before: that one may be given up, the newest may not.
      if (i % 5 === 0) {
        const [older, newest] = await Promise.all([ask(`p${k}`, 2), new Promise((r) => setTimeout(r, 2)).then(() => ask(`p${k}`, 3))]);
        counts[older]++;
        if (newest !== "answered") counts.wrong.push("the newest answer did not win");
        counts[newest]++;
      } else counts[await ask(`p${k}`, 1 + ((i * 7 + k) % 900))]++;
    }
  };
  await ask("warm", 1);
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, k) => client(k)));
  await new Promise((r) => setTimeout(r, MINUTES * 20_000));
  const early = memory(server.pid!);
  await clients;
  const late = memory(server.pid!);
  times.sort((a, b) => a - b);
  console.log(`${MINUTES} min, ${CLIENTS} clients: ${counts.answered} answered, ${counts.superseded} given up for newer, median ${times[times.length >> 1]!.toFixed(0)} ms; memory ${early.toFixed(0)} MB after a third, ${late.toFixed(0)} MB at the end`);
  server.kill();
  expect(counts.wrong).toEqual([]);
  // Allocators keep some pages; a leak of one answer per request would be hundreds of MB.
  expect(late - early).toBeLessThan(40);
});
