// What if a feedback did not exist: each is held at its strength before treatment.
import { createEffect, createSignal, For, on, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import { page, postLoops, type Curves, type LoopCurves } from "../api/client";
import type { Catalog } from "../api/types";
import { at, hours, plain } from "../plot/numbers";
import { TimeCourse, type Line } from "../plot/TimeCourse";
import { view } from "../state/lab";

/** Changes below this share are none. */
const UNCHANGED = 0.02;
/** Curves drawn beside the intact one: those that matter most. */
const DRAWN = 3;

export function Loops(props: { catalog: Catalog; treatment: string }) {
  const [answer, setAnswer] = createSignal<LoopCurves>();
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  const [readout, setReadout] = createSignal("");
  createEffect(on(() => JSON.stringify(view.scenario) + view.readouts.join(), () => setAnswer(undefined)));
  const cut = async () => {
    setBusy(true);
    setProblem("");
    try {
      const found = await postLoops({ page, scenario: unwrap(view.scenario), readouts: view.readouts });
      if (!found.readouts.has(readout())) setReadout(found.head.readouts[0] ?? "");
      setAnswer(found);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const facts = () => props.catalog.readouts.find((r) => r.id === readout());
  const rows = () => {
    const a = answer();
    const of = a?.readouts.get(readout());
    if (!a || !of) return [];
    const intact = at(a.times, of.intact, view.hour);
    const start = of.intact[0]!;
    return a.head.loops
      .map((l, k) => {
        const value = at(a.times, of.cut[k]!, view.hour);
        return { ...l, k, fold: value / start, change: (value - intact) / intact };
      })
      .sort((p, q) => Math.abs(q.change) - Math.abs(p.change));
  };
  const strongest = () => rows().filter((r) => Math.abs(r.change) >= UNCHANGED);
  const sentence = () => {
    const first = strongest()[0];
    if (!first) return `No single feedback moves ${facts()?.label} at ${hours(view.hour)}.`;
    const [amount, word] = [Math.round(100 * Math.abs(first.change)), first.change < 0 ? "lower" : "higher"];
    return `Without ${first.label}, ${facts()?.label} at ${hours(view.hour)} would be ${amount} % ${word}.`;
  };
  const lines = (): Line[] => {
    const a = answer()!;
    const of = a.readouts.get(readout())!;
    const arm = (label: string, values: Float32Array) => ({
      head: { id: label, label, marks: [], background: [], words: {}, undefined: {} },
      values: new Map([[readout(), values]]),
    });
    const shown = strongest().slice(0, DRAWN);
    const all = { times: a.times, arms: [arm("all feedbacks", of.intact), ...shown.map((r) => arm(r.label, of.cut[r.k]!))] } as unknown as Curves;
    return [...shown.map((r, i) => ({ label: `without ${r.label}`, curves: all, arm: i + 1, className: `arm arm-${i + 2}` })), { label: "all feedbacks", curves: all, arm: 0, className: "bench" }];
  };
  return (
    <section class="loops" aria-label="Feedbacks">
      <h2>What if a feedback did not exist?</h2>
      <p class="note">Each feedback in turn is held at the strength it had before treatment; everything else stays free.</p>
      <button type="button" onClick={() => void cut()} disabled={busy() || props.treatment === "no treatment"}>
        {busy() ? "cutting …" : "Cut each feedback"}
      </button>
      <Show when={props.treatment === "no treatment"}>
        <span class="note"> Add a treatment first.</span>
      </Show>
      <Show when={problem()}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
      <Show when={answer() && facts()}>
        <label>
          Read-out{" "}
          <select value={readout()} onChange={(e) => setReadout(e.currentTarget.value)}>
            <For each={answer()!.head.readouts}>{(id) => <option value={id} selected={id === readout()}>{props.catalog.readouts.find((r) => r.id === id)?.label ?? id}</option>}</For>
          </select>
        </label>
        <p class="loop-words" role="status">{sentence()}</p>
        <div class="loop-result">
          <div>
            <TimeCourse readout={facts()!} lines={lines()} base={lines()[0]!.curves} hours={view.scenario.hours} hour={view.hour} />
            <ul class="legend">
              <For each={lines()}>
                {(line) => (
                  <li>
                    <svg viewBox="0 0 26 8" aria-hidden="true">
                      <line class={`curve ${line.className}`} x1="1" x2="25" y1="4" y2="4" />
                    </svg>
                    {line.label}
                  </li>
                )}
              </For>
            </ul>
          </div>
          <table>
            <thead>
              <tr>
                <th scope="col">without</th>
                <th scope="col">fold of start at {hours(view.hour)}</th>
                <th scope="col">against all feedbacks</th>
              </tr>
            </thead>
            <tbody>
              <For each={rows()}>
                {(r) => (
                  <tr>
                    <th scope="row">
                      {r.label}
                      <span class="note about">{r.about}</span>
                    </th>
                    <td>{plain(r.fold)}</td>
                    <td>{Math.abs(r.change) < UNCHANGED ? "same" : `${r.change > 0 ? "+" : "−"}${Math.round(100 * Math.abs(r.change))} %`}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </section>
  );
}
