// Tumours in animals: arms and schedules, growth of every animal, what it comes to; cohorts of patients.
import { createEffect, createMemo, createResource, createSignal, For, on, Show } from "solid-js";
import { getJson, page, postTumours, says, type TumourCurves } from "../api/client";
import type { Catalog, TumourArm, TumourCatalog, TumourFacts } from "../api/types";
import { plain } from "../plot/numbers";
import { pdf, png, save, sheet } from "../plot/export";
import { setView, view } from "../state/lab";
import { Arms } from "../tumour/Arms";
import { Clones } from "../tumour/Clones";
import { Growth } from "../tumour/Growth";
import { Patients } from "../tumour/Patients";
import { short } from "./Experiments";

const FIRST = "rodrik2011-xenograft-growth";

export function Tumour(props: { catalog: Catalog }) {
  const [known] = createResource(() => getJson<TumourCatalog>("/api/tumours"));
  return (
    <Show when={known()} fallback={<p class="waiting">…</p>}>
      {(all) => <Screen catalog={props.catalog} all={all()} />}
    </Show>
  );
}

function Screen(props: { catalog: Catalog; all: TumourCatalog }) {
  const facts = createMemo<TumourFacts>(
    () => props.all.experiments.find((e) => e.id === view.tumour?.id) ?? props.all.experiments.find((e) => e.id === FIRST) ?? props.all.experiments[0]!,
  );
  const start = (f: TumourFacts) => ({ id: f.id, arms: structuredClone(f.arms), animals: f.animals, seed: f.seed });
  const asked = () => (view.tumour?.id === facts().id ? view.tumour : start(facts()));
  const change = (part: Partial<ReturnType<typeof start>>) => setView("tumour", { ...JSON.parse(JSON.stringify(asked())), ...part });
  const [curves, setCurves] = createSignal<TumourCurves>();
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  const [log, setLog] = createSignal(false);
  const [ran, setRan] = createSignal("");
  let newest = 0;
  const grow = async () => {
    const mine = ++newest;
    const { id, arms, animals, seed } = asked();
    const question = JSON.stringify({ id, arms, animals, seed });
    setBusy(true);
    setProblem("");
    try {
      const answer = await postTumours(id, { page, arms, animals, seed });
      if (mine !== newest) return;
      setCurves(answer);
      setRan(question);
    } catch (error) {
      if (mine !== newest) return;
      setCurves(undefined);
      setProblem(says(error));
    }
    setBusy(false);
  };
  createEffect(
    on(
      () => facts().id,
      () => {
        newest++;
        setCurves(undefined);
        setBusy(false);
        setProblem("");
        // Patients of a cohort are treated below; their single tumours grow on request.
        if (!facts().cohort) void grow();
      },
    ),
  );
  const changed = () => {
    const { id, arms, animals, seed } = asked();
    return curves() !== undefined && ran() !== JSON.stringify({ id, arms, animals, seed });
  };
  const drug = (id: string) => props.all.drugs.find((d) => d.id === id)?.label ?? id;
  const also = (base: string) => facts().also[facts().arms.findIndex((a) => a.base === base)] ?? [];
  const cite = () => short(props.catalog.papers.find((p) => p.id === facts().paper)?.citation);
  const shownArms = createMemo<TumourArm[]>(() => (ran() ? (JSON.parse(ran()) as { arms: TumourArm[] }).arms : []));
  return (
    <div class="page two">
      <nav class="list" aria-label="Experiments in animals">
        <For each={props.all.experiments}>
          {(e) => (
            <button type="button" aria-current={e.id === facts().id ? "true" : undefined} onClick={() => setView("tumour", start(e))}>
              {e.title}
              <span class="note">
                {e.cell} · {e.host} · {plain(e.days)} d
              </span>
            </button>
          )}
        </For>
      </nav>
      <article class="tumour">
        <h2>{facts().title}</h2>
        <p class="note">
          {facts().cell} in {facts().host === "patient" ? "patients" : facts().host} · tumours of {plain(facts().start_mm3)} mm³ at the start
          <Show when={cite()}> · {cite()}</Show> · {facts().source}
        </p>
        <p>{facts().about}</p>
        <Show when={facts().clones.length > 0}>
          <p class="note">
            Mixed in at the start:{" "}
            {facts()
              .clones.map(([label, share]) => `${label} ${plain(100 * share)} %`)
              .join(", ")}
            .
          </p>
        </Show>
        <Arms arms={asked().arms} also={also} drugs={props.all.drugs} days={facts().days} onChange={(arms) => change({ arms })} />
        <div class="filters">
          <label>
            Animals per arm
            <input type="number" min={1} max={100} value={asked().animals} onChange={(e) => e.currentTarget.valueAsNumber >= 1 && change({ animals: Math.min(100, Math.floor(e.currentTarget.valueAsNumber)) })} />
          </label>
          <label>
            Seed
            <input type="number" min={0} step={1} value={asked().seed} onChange={(e) => e.currentTarget.valueAsNumber >= 0 && change({ seed: Math.floor(e.currentTarget.valueAsNumber) })} />
          </label>
          <label class="check">
            <input type="checkbox" checked={log()} onChange={(e) => setLog(e.currentTarget.checked)} /> logarithmic
          </label>
          <button type="button" class="primary" disabled={busy()} onClick={() => void grow()}>
            {busy() ? "growing …" : "Grow the tumours"}
          </button>
          <Show when={changed() && !busy()}>
            <span class="note" role="status">changed since the last run</span>
          </Show>
          <button type="button" class="link" onClick={() => setView("tumour", start(facts()))}>
            as published
          </button>
        </div>
        <Show when={problem()}>
          <p class="problem" role="alert">{problem()}</p>
        </Show>
        <Show when={curves()} fallback={<Show when={busy()}><p class="waiting">growing tumours …</p></Show>}>
          {(now) => (
            <>
              <Growth curves={now()} arms={shownArms()} days={facts().days} log={log()} drug={drug} />
              <p class="note">Thin: single animals. Thick: mean, with the standard error of the mean.</p>
              <Outcome curves={now()} />
              <Show when={now().head.clones.length > 0}>
                <Clones curves={now()} days={facts().days} />
              </Show>
              <TakeAway curves={now()} title={facts().title} />
            </>
          )}
        </Show>
        <Show when={facts().cohort}>
          <Patients id={facts().id} />
        </Show>
      </article>
    </div>
  );
}

function Outcome(props: { curves: TumourCurves }) {
  const sign = (v: number) => `${v > 0 ? "+" : v < 0 ? "−" : ""}${plain(Math.abs(Math.round(v)))} %`;
  return (
    <table class="outcome scroll">
      <thead>
        <tr>
          <th scope="col">arm</th>
          <th scope="col">animals</th>
          <th scope="col">start, mm³</th>
          <th scope="col">end, mm³ (± SEM)</th>
          <th scope="col">change</th>
          <th scope="col" title="end volume relative to the first arm">T/C</th>
          <th scope="col">regressed by 30 %</th>
          <th scope="col" title="the mean is 20 % above its lowest">progression</th>
        </tr>
      </thead>
      <tbody>
        <For each={props.curves.head.arms}>
          {(a) => (
            <tr>
              <th scope="row">{a.label}</th>
              <td>{a.animals}</td>
              <td>{plain(a.start_mm3)}</td>
              <td>
                {plain(a.end_mm3)}
                {a.standard_error == null ? "" : ` ± ${plain(a.standard_error)}`}
              </td>
              <td>{sign(a.change_percent)}</td>
              <td>{a.of_first.toFixed(2)}</td>
              <td>
                {a.regressed} of {a.animals}
              </td>
              <td>{a.progression_d == null ? "none" : `day ${plain(a.progression_d)}`}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function TakeAway(props: { curves: TumourCurves; title: string }) {
  const drawing = () => sheet(document.querySelector("article.tumour")!, props.title);
  const table = () => {
    const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const columns = props.curves.arms.flatMap((a, k) => {
      const label = props.curves.head.arms[k]!.label;
      return [
        [`${label}, mean [mm3]`, a.mean] as const,
        [`${label}, SEM [mm3]`, a.error] as const,
        ...a.animals.map((v, i) => [`${label}, animal ${i + 1} [mm3]`, v] as const),
        ...a.clones.map((v, i) => [`${label}, part of ${props.curves.head.clones[i]} in the mean [mm3]`, v] as const),
      ];
    });
    const rows = [["time_d", ...columns.map(([name]) => quote(name))].join(",")];
    props.curves.times.forEach((t, i) => rows.push([t / 24, ...columns.map(([, v]) => v[i])].join(",")));
    return `${rows.join("\n")}\n`;
  };
  return (
    <div class="actions export" role="group" aria-label="Take away">
      <button type="button" aria-label="Figure as SVG" onClick={() => save("tumours.svg", drawing(), "image/svg+xml")}>SVG</button>
      <button type="button" aria-label="Figure as PNG" onClick={() => void png(drawing()).then((b) => save("tumours.png", b, "image/png"))}>PNG</button>
      <button type="button" aria-label="Figure as PDF" onClick={() => void pdf(drawing()).then((b) => save("tumours.pdf", b, "application/pdf"))}>PDF</button>
      <button type="button" aria-label="Volumes as CSV" onClick={() => save("tumours.csv", table(), "text/csv")}>CSV</button>
    </div>
  );
}
