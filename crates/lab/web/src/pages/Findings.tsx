// The scoreboard: what papers say, and whether the model shows it.
import { createMemo, createResource, createSignal, For, Show } from "solid-js";
import { getJson } from "../api/client";
import type { Catalog, Finding, Scoreboard } from "../api/types";
import { plain } from "../plot/numbers";
import { setView, showCard } from "../state/lab";
import { chooseExperiment, short } from "./Experiments";

const VERDICTS = ["supported", "contradicted", "inconclusive", "not run"] as const;

export function Findings(props: { catalog: Catalog }) {
  const [board] = createResource(() => getJson<Scoreboard>("/api/scoreboard"));
  const [paper, setPaper] = createSignal("");
  const [verdict, setVerdict] = createSignal("");
  const [provenance, setProvenance] = createSignal("");
  const [text, setText] = createSignal("");
  const shown = createMemo(() =>
    (board()?.findings ?? []).filter(
      (f) =>
        (!paper() || f.paper === paper()) &&
        (!verdict() || f.verdict === verdict()) &&
        (!provenance() || f.provenance === provenance()) &&
        (!text() || `${f.id} ${f.statement} ${f.experiments.join(" ")}`.toLowerCase().includes(text().toLowerCase())),
    ),
  );
  const count = (v: string, p?: string) => shown().filter((f) => f.verdict === v && (!p || f.provenance === p)).length;
  const cite = (id: string) => props.catalog.papers.find((p) => p.id === id)?.citation;
  return (
    <div class="page">
      <h2>Findings</h2>
      <p class="note">
        Statements of papers, each with the rule that decides. <b>explicit</b>: the paper says it; <b>implied</b>: a panel shows it; <b>derived</b>: a step
        of ours, which checks wiring and is no evidence. Parameters were partly fitted to the same findings.
      </p>
      <Show when={board()} fallback={<p class="waiting">judging every finding …</p>}>
        <div class="score" role="group" aria-label={VERDICTS.map((v) => `${count(v)} ${v}`).join(", ")}>
          <For each={VERDICTS}>
            {(v) => (
              <Show when={count(v)}>
                <button type="button" class={`slice ${v.replace(" ", "-")}`} style={{ "flex-grow": count(v) }} aria-pressed={verdict() === v} onClick={() => setVerdict(verdict() === v ? "" : v)}>
                  <b>{count(v)}</b> {v}
                </button>
              </Show>
            )}
          </For>
        </div>
        <div class="filters">
          <label>
            Paper
            <select onChange={(e) => setPaper(e.currentTarget.value)}>
              <option value="">all</option>
              <For each={[...new Set(board()!.findings.map((f) => f.paper))]}>{(p) => <option value={p}>{short(cite(p)) ?? p}</option>}</For>
            </select>
          </label>
          <label>
            Verdict
            <select value={verdict()} onChange={(e) => setVerdict(e.currentTarget.value)}>
              <option value="">all</option>
              <For each={VERDICTS}>{(v) => <option>{v}</option>}</For>
            </select>
          </label>
          <label>
            In the paper
            <select onChange={(e) => setProvenance(e.currentTarget.value)}>
              <option value="">all</option>
              <For each={["explicit", "implied", "derived"]}>{(v) => <option>{v}</option>}</For>
            </select>
          </label>
          <label>
            Contains
            <input type="search" onInput={(e) => setText(e.currentTarget.value)} />
          </label>
          <span class="note">{shown().length} of {board()!.findings.length}</span>
        </div>
        <ul class="findings">
          <For each={shown()}>{(f) => <Row finding={f} cite={short(cite(f.paper)) ?? f.paper} />}</For>
        </ul>
      </Show>
    </div>
  );
}

function Row(props: { finding: Finding; cite: string }) {
  const f = () => props.finding;
  return (
    <li class={`finding ${f().verdict.replace(" ", "-")}`}>
      <div class="verdict">
        <b>{f().verdict}</b>
        <Show when={f().margin !== null && f().margin !== undefined}>
          <span class="note" title="How far the deciding quantity is from turning the verdict over">
            margin {plain(f().margin!)}
          </span>
        </Show>
      </div>
      <div>
        <p class="statement">{f().statement}</p>
        <p class="note">
          <button type="button" class="link" onClick={() => showCard(f().id)}>
            {f().id}
          </button>{" "}
          · {props.cite}
          {f().source ? `, ${f().source}` : ""} · {f().provenance}
          <For each={f().experiments}>
            {(e) => (
              <>
                {" · "}
                <button type="button" class="link" onClick={() => (chooseExperiment(e), setView("tab", "experiments"))}>
                  {e}
                </button>
              </>
            )}
          </For>
        </p>
        <details>
          <summary>Numbers</summary>
          <p class="note">
            <code>{f().expected}</code>
            <br />
            {f().value}
            <br />
            {f().reason}
          </p>
        </details>
      </div>
    </li>
  );
}
