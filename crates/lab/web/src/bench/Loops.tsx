// What if a feedback did not exist: each is held at its strength before treatment.
import { createEffect, createSignal, For, on, Show } from "solid-js";
import { says, type LoopCurves } from "../api/client";
import type { Catalog } from "../api/types";
import { at, hours, plain } from "../plot/numbers";
import { TimeCourse, type Drawn, type Line } from "../plot/TimeCourse";
import { Legend } from "../ui/Legend";

/** Changes below this share are none. */
const UNCHANGED = 0.02;
/** Curves drawn beside the intact one: those that matter most. */
const DRAWN = 3;

interface Props {
  catalog: Catalog;
  /** What is treated how: an answer for something else is dropped. */
  about: string;
  ask: () => Promise<LoopCurves>;
  hours: number;
  /** When the responses are compared. */
  hour: number;
  /** Why nothing can be cut yet. */
  missing: string;
}

export function Loops(props: Props) {
  const [answer, setAnswer] = createSignal<LoopCurves>();
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  const [readout, setReadout] = createSignal("");
  createEffect(on(() => props.about, () => (setAnswer(undefined), setProblem(""))));
  const cut = async () => {
    setBusy(true);
    setProblem("");
    try {
      const about = props.about;
      const found = await props.ask();
      if (about !== props.about) return setBusy(false);
      if (!found.readouts.has(readout())) setReadout(found.head.readouts[0] ?? "");
      setAnswer(found);
    } catch (error) {
      setProblem(says(error));
    }
    setBusy(false);
  };
  const facts = () => props.catalog.readouts.find((r) => r.id === readout());
  const rows = () => {
    const a = answer();
    const of = a?.readouts.get(readout());
    if (!a || !of) return [];
    const intact = at(a.times, of.intact, props.hour);
    const start = of.intact[0]!;
    return a.head.loops
      .map((l, k) => {
        const value = at(a.times, of.cut[k]!, props.hour);
        return { ...l, k, fold: value / start, change: (value - intact) / intact };
      })
      .sort((p, q) => Math.abs(q.change) - Math.abs(p.change));
  };
  const strongest = () => rows().filter((r) => Math.abs(r.change) >= UNCHANGED);
  const sentence = () => {
    const first = strongest()[0];
    if (!first) return `No single feedback moves ${facts()?.label} at ${hours(props.hour)}.`;
    const [amount, word] = [Math.round(100 * Math.abs(first.change)), first.change < 0 ? "lower" : "higher"];
    return `Without ${first.label}, ${facts()?.label} at ${hours(props.hour)} would be ${amount} % ${word}.`;
  };
  const lines = (): Line[] => {
    const a = answer()!;
    const of = a.readouts.get(readout())!;
    const arm = (values: Float32Array) => ({
      head: { words: {}, undefined: {} },
      values: new Map([[readout(), values]]),
    });
    const shown = strongest().slice(0, DRAWN);
    const all: Drawn = { times: a.times, arms: [arm(of.intact), ...shown.map((r) => arm(of.cut[r.k]!))] };
    return [...shown.map((r, i) => ({ label: `without ${r.label}`, curves: all, arm: i + 1, className: `arm arm-${i + 2}` })), { label: "all feedbacks", curves: all, arm: 0, className: "bench" }];
  };
  return (
    <section class="loops" aria-label="Feedbacks">
      <h2>What if a feedback did not exist?</h2>
      <p class="note">Each feedback in turn is held at the strength it had before treatment; everything else stays free.</p>
      <button type="button" onClick={() => void cut()} disabled={busy() || props.missing !== ""}>
        {busy() ? "cutting …" : "Cut each feedback"}
      </button>
      <Show when={props.missing}>
        <span class="note"> {props.missing}</span>
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
            <TimeCourse readout={facts()!} lines={lines()} base={lines()[0]!.curves} hours={props.hours} hour={props.hour} />
            <Legend lines={lines()} />
          </div>
          <table>
            <thead>
              <tr>
                <th scope="col">without</th>
                <th scope="col">fold of start at {hours(props.hour)}</th>
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
