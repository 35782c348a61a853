// The bench: treatment on the left, the cell in the middle, curves on the right.
import { createEffect, createMemo, createSignal, For, onCleanup, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { page, postLoops } from "../api/client";
import type { Catalog, MapNode, Readout } from "../api/types";
import { dose, hours } from "../plot/numbers";
import { TimeCourse, type Line } from "../plot/TimeCourse";
import { busy, change, curves, dragging, ghost, problem, setView, showCard, view } from "../state/lab";
import { Legend } from "../ui/Legend";
import { Blot } from "./Blot";
import { Export } from "./Export";
import { Loops } from "./Loops";
import { PathwayMap } from "./PathwayMap";
import { Tray } from "./Tray";
import { bands, DRAWS, keepBands, NOISE, setUncertain, spreading, spreadProblem, uncertain } from "./uncertainty";
import { beginChange } from "../state/lab";

const BANDS = ["western", "kinase assay"];
const STARTERS: [string, string, number][] = [
  ["AZD8055 in BT-474", "AZD8055", 500],
  ["lapatinib in BT-474", "lapatinib", 200],
  ["rapamycin in BT-474", "rapamycin", 20],
];

export function Bench(props: { catalog: Catalog }) {
  const readouts = createMemo(() =>
    view.readouts.map((id) => props.catalog.readouts.find((r) => r.id === id)).filter((r) => r !== undefined),
  );
  const label = (id: string) =>
    [...props.catalog.drugs, ...props.catalog.ligands].find((a) => a.id === id)?.label ?? id;
  const treatment = createMemo(() => treatmentText(props.catalog));
  const lines = createMemo<Line[]>(() => {
    const now = curves();
    if (!now) return [];
    const before = ghost();
    const all: Line[] = [{ label: "untreated", curves: now, arm: 0, className: "untreated" }];
    if (before && before !== now) all.push({ label: "setting before", curves: before, arm: 1, className: "ghost" });
    all.push({ label: treatment(), curves: now, arm: 1, className: "bench" });
    return all;
  });
  const agents = createMemo(() =>
    view.scenario.agents
      .filter((a) => a.dose_nm > 0)
      .map((a) => ({
        id: a.agent,
        label: label(a.agent),
        present: a.pulses.some((p) => view.hour >= p[0]! && (view.hour < p[1]! || p[1]! >= view.scenario.hours)),
      })),
  );
  const treated = createMemo(() =>
    view.scenario.agents.filter((a) => a.dose_nm > 0).flatMap((a) => a.pulses.map((p) => [p[0]!, p[1]!] as [number, number])),
  );
  keepBands();
  const open = (node: MapNode) => showCard(node.about ?? node.readout ?? undefined);
  return (
    <div class="bench">
      <Tray catalog={props.catalog} />
      <section class="cell" aria-label="Pathway map">
        <Sentence treatment={treatment()} readouts={readouts()} cell={cellLabel(props.catalog)} />
        <PathwayMap map={props.catalog.map} curves={curves()} hour={view.hour} agents={agents()} genes={view.scenario.genes.map((g) => ({ id: g.gene, fold: g.fold }))} onNode={open} />
        <Scrubber />
        <Export catalog={props.catalog} title={`${cellLabel(props.catalog)}: ${treatment()}`} />
      </section>
      <section class="curves" aria-label="Time courses" aria-busy={busy()}>
        <Legend lines={[...lines()].reverse()} />
        <Uncertainty />
        <Show when={curves()} fallback={<p class="note">{problem() ? "" : "computing the resting cell …"}</p>}>
          {(now) => (
            <>
              <Panels readouts={readouts()} lines={lines()} treated={treated()} />
              <Chooser catalog={props.catalog} />
              <h2>Virtual blot</h2>
              <Blot
                curves={now()}
                readouts={readouts().filter((r) => BANDS.includes(r.assay))}
                hours={view.scenario.hours}
                treatment={treatment()}
              />
              <Loops
                catalog={props.catalog}
                about={JSON.stringify(view.scenario) + view.readouts.join()}
                ask={() => postLoops({ page, scenario: unwrap(view.scenario), readouts: view.readouts })}
                hours={view.scenario.hours}
                hour={view.hour}
                missing={treatment() === "no treatment" ? "Add a treatment first." : ""}
              />
            </>
          )}
        </Show>
      </section>
    </div>
  );
}

export function cellLabel(catalog: Catalog): string {
  return catalog.cells.find((c) => c.id === view.scenario.cell)?.label ?? view.scenario.cell;
}

/** What is done to the cells, in a few words. */
export function treatmentText(catalog: Catalog): string {
  const name = (id: string) => [...catalog.drugs, ...catalog.ligands].find((a) => a.id === id)?.label ?? id;
  const s = view.scenario;
  const parts = s.agents
    .filter((a) => a.dose_nm > 0)
    .map((a) => {
      const [start, stop] = [a.pulses[0]?.[0] ?? 0, a.pulses.at(-1)?.[1] ?? s.hours];
      const when = a.pulses.length > 1 ? `, ${a.pulses.length} pulses` : start > 0 || stop < s.hours ? `, ${hours(start)} to ${stop >= s.hours ? "the end" : hours(stop)}` : "";
      return `${name(a.agent)} ${dose(a.dose_nm)}${when}`;
    });
  for (const g of s.genes) {
    const gene = catalog.genes.find((x) => x.id === g.gene)?.label ?? g.gene;
    parts.push(g.fold === 0 ? `${gene} knocked out` : g.fold < 1 ? `${gene} at ${Math.round(g.fold * 100)} %` : `${gene} ${g.fold} ×`);
  }
  parts.push(...s.mutations.map((m) => catalog.mutations.find((x) => x.id === m)?.label ?? m));
  if (s.serum_free) parts.push("no serum");
  return parts.join(" + ") || "no treatment";
}

function Panels(props: { readouts: Readout[]; lines: Line[]; treated: [number, number][] }) {
  const [held, hold] = createStore<Record<string, number>>({});
  // Axes grow while a slider moves and are fitted when it rests.
  const tops = new Map<string, number>();
  createEffect(() => {
    if (dragging()) hold(reconcile(Object.fromEntries(tops)));
    else hold(reconcile({}));
  });
  const spread = (id: string) => {
    const band = bands()?.readouts.get(id);
    return band && { times: bands()!.times, band };
  };
  return (
    <div class="panels">
      <For each={props.readouts}>
        {(readout) => (
          <TimeCourse
            readout={readout}
            lines={props.lines}
            base={props.lines[0]!.curves}
            hour={view.hour}
            hours={view.scenario.hours}
            hold={held[readout.id]}
            onAxis={(top) => tops.set(readout.id, top)}
            treated={props.treated}
            band={spread(readout.id)}
            onPick={(hour) => setView("hour", hour)}
          />
        )}
      </For>
    </div>
  );
}

function Uncertainty() {
  return (
    <label class="check uncertainty">
      <input type="checkbox" checked={uncertain()} onChange={(e) => setUncertain(e.currentTarget.checked)} />
      uncertainty
      <span class="note" role="status">
        <Show when={uncertain()}>
          {spreadProblem() || (spreading() || !bands() ? "drawing parameter sets …" : `10 to 90 % of ${DRAWS} parameter sets, each number varied by ${100 * NOISE} %${bands()!.head.failed > 0 ? `; ${bands()!.head.failed} could not be computed` : ""}`)}
        </Show>
      </span>
    </label>
  );
}

function Chooser(props: { catalog: Catalog }) {
  const toggle = (id: string, on: boolean) => {
    beginChange();
    setView("readouts", (all) => (on ? [...all, id] : all.filter((r) => r !== id)));
  };
  const assays = createMemo(() => [...new Set(props.catalog.readouts.map((r) => r.assay))]);
  return (
    <details class="chooser">
      <summary>Choose read-outs ({view.readouts.length})</summary>
      <For each={assays()}>
        {(assay) => (
          <fieldset>
            <legend>{assay}</legend>
            <For each={props.catalog.readouts.filter((r) => r.assay === assay)}>
              {(r) => (
                <label title={r.about}>
                  <input type="checkbox" checked={view.readouts.includes(r.id)} onChange={(e) => toggle(r.id, e.currentTarget.checked)} />
                  {r.label}
                </label>
              )}
            </For>
          </fieldset>
        )}
      </For>
    </details>
  );
}

/** Most clauses in the sentence; the plots show the rest. */
const CLAUSES = 3;

function Sentence(props: { treatment: string; readouts: Readout[]; cell: string }) {
  const text = () => {
    const arm = curves()?.arms[1];
    if (!arm || props.treatment === "no treatment") return "";
    const moved = props.readouts.filter((r) => !/^(does not change|stays within)/.test(arm.head.words[r.id] ?? "stays within"));
    const clauses = moved.slice(0, CLAUSES).map((r) => `${r.label} ${arm.head.words[r.id]}`);
    return clauses.length ? `${clauses.join("; ")}.` : "No plotted read-out changes by more than a blot could show.";
  };
  return (
    <div class="sentence" aria-live="polite" aria-atomic="true">
      <Show
        when={!problem()}
        fallback={
          <p class="problem" role="alert">
            <strong>{problem()!.message}</strong> {problem()!.help}
          </p>
        }
      >
        <Show
          when={props.treatment !== "no treatment"}
          fallback={
            <p>
              <strong>{props.cell} at rest.</strong> Add a drug, or start with{" "}
              <For each={STARTERS}>
                {([name, agent, nm], i) => (
                  <>
                    {i() > 0 ? (i() === STARTERS.length - 1 ? " or " : ", ") : ""}
                    <button
                      type="button"
                      class="link"
                      onClick={() =>
                        change((s) => {
                          s.cell = "BT-474";
                          s.agents.push({ agent, dose_nm: nm, pulses: [[0, s.hours]] });
                        })
                      }
                    >
                      {name}
                    </button>
                  </>
                )}
              </For>
              .
            </p>
          }
        >
          <p>
            <strong>
              {props.cell}, {props.treatment}.
            </strong>{" "}
            {text()}
          </p>
        </Show>
      </Show>
    </div>
  );
}

/** Seconds for a whole experiment. */
const FILM_S = 8;

function Scrubber() {
  const [playing, setPlaying] = createSignal(false);
  let frame = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const play = () => {
    if (playing()) return setPlaying(false);
    setPlaying(true);
    let last = performance.now();
    if (view.hour >= view.scenario.hours) setView("hour", 0);
    const step = (now: number) => {
      if (!playing()) return;
      // Without motion the film is a few stills.
      const pace = still.matches ? 1000 : 0;
      if (now - last >= pace) {
        const next = view.hour + ((now - last) / 1000 / FILM_S) * view.scenario.hours;
        last = now;
        setView("hour", Math.min(view.scenario.hours, next));
        if (next >= view.scenario.hours) return setPlaying(false);
      }
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
  onCleanup(() => cancelAnimationFrame(frame));
  return (
    <div class="scrubber">
      <button type="button" class="play" aria-label={playing() ? "Stop the film" : "Play the film"} onClick={play}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={playing() ? "M3 2h4v12H3zM9 2h4v12H9z" : "M3 1.5 14 8 3 14.5Z"} />
        </svg>
      </button>
      <input
        type="range"
        min={0}
        max={view.scenario.hours}
        step={view.scenario.hours / 240}
        value={view.hour}
        aria-label="Time shown on the map"
        aria-valuetext={hours(view.hour)}
        onInput={(e) => (setPlaying(false), setView("hour", Number(e.currentTarget.value)))}
      />
      <output>{hours(view.hour)}</output>
      <span class="key" aria-hidden="true">
        <i class="less" /> less <i class="same" /> half full: as untreated <i class="more" /> more
      </span>
    </div>
  );
}
