// Data of the user over the model's curves. What a column means is asked, never guessed.
import { createMemo, createResource, createSignal, createUniqueId, For, Show } from "solid-js";
import { page, postMatrix, says, upload, type Curves } from "../api/client";
import type { Catalog, Readout, Table } from "../api/types";
import { dose, plain } from "../plot/numbers";
import { reference, TimeCourse, type Line } from "../plot/TimeCourse";
import { curves, ghost, setView, view } from "../state/lab";
import { DoseResponse } from "../plot/DoseResponse";
import { Refit } from "../data/Refit";
import { DropZone } from "../ui/DropZone";

type Kind = "" | "time" | "dose";
type Meaning = "" | "start" | "same" | "fraction left" | "percent left" | "fraction inhibited" | "percent inhibited";

const TIME_UNITS: [string, number][] = [["min", 1 / 60], ["h", 1], ["days", 24]];
const DOSE_UNITS: [string, number][] = [["pM", 1e-3], ["nM", 1], ["µM", 1e3], ["mM", 1e6]];

/** Kept while the person looks at another screen. */
const [table, setTable] = createSignal<Table>();
const [kind, setKind] = createSignal<Kind>("");
const [xColumn, setX] = createSignal("");
const [yColumn, setY] = createSignal("");
const [unit, setUnit] = createSignal("");
const [meaning, setMeaning] = createSignal<Meaning>("");
const [readoutId, setReadout] = createSignal("");
const [drug, setDrug] = createSignal("");

export function Data(props: { catalog: Catalog }) {
  const [problem, setProblem] = createSignal("");
  const read = async (file: File) => {
    setProblem("");
    try {
      const answer = await upload<Table>("/api/tables", file);
      for (const clear of [setX, setY, setUnit, setReadout, setDrug]) clear("");
      setKind("");
      setMeaning("");
      setTable(answer);
    } catch (error) {
      setProblem(says(error));
    }
  };
  const numeric = () => table()?.columns.filter((c) => c.numbers) ?? [];
  const readout = () => props.catalog.readouts.find((r) => r.id === readoutId());
  const units = () => (kind() === "dose" ? DOSE_UNITS : TIME_UNITS);
  /** Pairs of numbers in hours or nM. */
  const pairs = createMemo(() => {
    const find = (name: string) => table()?.columns.find((c) => c.name === name)?.numbers;
    const [xs, ys] = [find(xColumn()), find(yColumn())];
    const size = units().find((u) => u[0] === unit())?.[1];
    if (!xs || !ys || !size) return [];
    return xs.flatMap((x, i) => (typeof x === "number" && typeof ys[i] === "number" ? [{ x: x * size, y: ys[i] as number }] : []));
  });
  const ready = () => kind() && pairs().length > 0 && meaning() && readout() && (kind() === "time" || drug());
  return (
    <div class="page">
      <h2>My data</h2>
      <p class="note">A table with one row of names: time course or dose response, as .csv, .tsv or .xlsx (first sheet). It stays on this computer.</p>
      <DropZone label="Drop a table here, or choose a file" accept=".csv,.tsv,.txt,.xlsx" onFile={read} />
      <Show when={problem()}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
      <Show when={table()}>
        {(t) => (
          <>
            <Preview table={t()} />
            <div class="mapping">
              <Choice label="What is it?" value={kind()} onPick={(v) => (setKind(v as Kind), setUnit(""), setMeaning(""))} options={[["time", "a time course"], ["dose", "a dose response"]]} />
              <Show when={kind()}>
                <Choice label={kind() === "time" ? "Column with times" : "Column with doses"} value={xColumn()} onPick={setX} options={numeric().map((c) => [c.name, c.name])} />
                <Choice label="Unit" value={unit()} onPick={setUnit} options={units().map((u) => [u[0], u[0]])} />
                <Choice label="Column with values" value={yColumn()} onPick={setY} options={numeric().filter((c) => c.name !== xColumn()).map((c) => [c.name, c.name])} />
                <Choice
                  label="The values are"
                  value={meaning()}
                  onPick={(v) => setMeaning(v as Meaning)}
                  options={
                    kind() === "time"
                      ? [["start", "any unit: show them relative to the first time"], ["same", "already relative to the untreated cell"]]
                      : [["fraction left", "what is left, 1 = untreated (viability, signal)"], ["percent left", "what is left, in % of untreated"], ["fraction inhibited", "inhibition, 0 = untreated"], ["percent inhibited", "inhibition in %"]]
                  }
                />
                <Choice label="Compare with" value={readoutId()} onPick={setReadout} options={props.catalog.readouts.map((r) => [r.id, r.label])} />
                <Show when={kind() === "dose"}>
                  <Choice label="Drug" value={drug()} onPick={setDrug} options={props.catalog.drugs.map((d) => [d.id, d.label])} />
                </Show>
              </Show>
            </div>
            <Show when={ready()} fallback={<p class="note">Answer every question: nothing is guessed.</p>}>
              <Show when={kind() === "time"} fallback={<Doses catalog={props.catalog} pairs={pairs()} readout={readout()!} />}>
                <Times pairs={pairs()} readout={readout()!} />
              </Show>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}

function Choice(props: { label: string; value: string; options: [string, string][]; onPick: (v: string) => void }) {
  const id = createUniqueId();
  return (
    <div class="choice">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(e) => props.onPick(e.currentTarget.value)}>
        <option value="">choose …</option>
        <For each={props.options}>{([value, name]) => <option value={value}>{name}</option>}</For>
      </select>
    </div>
  );
}

function Preview(props: { table: Table }) {
  return (
    <div class="preview" tabIndex={0} role="region" aria-label="First rows of the table">
      <table>
        <caption class="note">
          {props.table.name}: {props.table.n_rows} rows, {props.table.columns.length} columns
        </caption>
        <thead>
          <tr>
            <For each={props.table.columns}>
              {(c) => (
                <th scope="col">
                  {c.name}
                  <span class="note"> {c.numbers ? "numbers" : "text"}</span>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={Array.from({ length: Math.min(5, props.table.n_rows) }, (_, i) => i)}>
            {(i) => (
              <tr>
                <For each={props.table.columns}>{(c) => <td>{c.cells[i]}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** Root mean square of the differences, at the times or doses of the data. */
function distance(pairs: { y: number; model: number }[]): number {
  return Math.sqrt(pairs.reduce((sum, p) => sum + (p.y - p.model) ** 2, 0) / pairs.length);
}

function Times(props: { pairs: { x: number; y: number }[]; readout: Readout }) {
  const first = () => props.pairs.reduce((a, b) => (b.x < a.x ? b : a)).y;
  const points = () => props.pairs.map((p) => ({ t: p.x, y: meaning() === "start" ? p.y / first() : p.y }));
  const hours = () => Math.max(view.scenario.hours, ...props.pairs.map((p) => p.x));
  const before = (now: Curves): Line[] => {
    const old = ghost();
    return old && old !== now ? [{ label: "setting before", curves: old, arm: 1, className: "ghost" }] : [];
  };
  const compared = () => {
    const now = curves();
    const values = now?.arms[1]?.values.get(props.readout.id);
    if (!now || !values) return [];
    const scale = reference(now, props.readout);
    const inside = points().filter((p) => p.t <= now.times.at(-1)!);
    return inside.map((p) => {
      const i = now.times.findIndex((t) => t >= p.t - 1e-6);
      return { y: p.y, model: values[i]! / scale };
    });
  };
  return (
    <Show when={curves()}>
      {(now) => (
        <>
          <div class="over">
            <TimeCourse
              readout={props.readout}
              lines={[{ label: "untreated", curves: now(), arm: 0, className: "untreated" }, ...before(now()), { label: "bench", curves: now(), arm: 1, className: "bench" }]}
              base={now()}
              hours={hours()}
              points={points()}
            />
            <p class="note">
              Circles: your data. Line: the treatment on the{" "}
              <button type="button" class="link" onClick={() => setView("tab", "bench")}>bench</button>. Root mean square difference{" "}
              {plain(distance(compared()))} over {compared().length} points
              {compared().length < points().length ? `; ${points().length - compared().length} lie after the end of the experiment and are not counted` : ""}.
            </p>
          </div>
          <Refit readout={props.readout.id} points={points().filter((p) => p.t <= now().times.at(-1)!).map((p) => [p.t, p.y])} />
        </>
      )}
    </Show>
  );
}

function Doses(props: { catalog: Catalog; pairs: { x: number; y: number }[]; readout: Readout }) {
  const left = (y: number) =>
    ({ "fraction left": y, "percent left": y / 100, "fraction inhibited": 1 - y, "percent inhibited": 1 - y / 100 })[meaning() as string] ?? NaN;
  const points = () => props.pairs.map((p) => ({ dose: p.x, y: left(p.y) }));
  const label = () => props.catalog.drugs.find((d) => d.id === drug())?.label ?? drug();
  // The model is asked at the doses of the data; a second drug at 0 makes a matrix of one column that matters.
  const other = () => props.catalog.drugs.find((d) => d.id !== drug())!.id;
  const question = createMemo(() => {
    const doses = [...new Set(props.pairs.map((p) => p.x).filter((d) => d > 0))].sort((a, b) => a - b);
    if (doses.length < 2) return undefined;
    const step = Math.max(1, Math.ceil(doses.length / 11));
    const some = doses.filter((_, i) => i % step === 0 || i === doses.length - 1).slice(0, 11);
    const scenario = JSON.parse(JSON.stringify(view.scenario)) as typeof view.scenario;
    scenario.agents = scenario.agents.filter((a) => a.agent !== other());
    return { page, scenario, a: { agent: drug(), doses_nm: [0, ...some] }, b: { agent: other(), doses_nm: [0, 1, 2] }, readout: props.readout.id, hour: view.scenario.hours };
  });
  const [answer] = createResource(question, (q) => postMatrix(q).catch((e: Error) => e));
  const model = () => {
    const m = answer();
    if (!m || m instanceof Error) return [];
    const start = m.head.values[0]![0]!;
    return m.head.doses_a.map((d, i) => ({ dose: d, y: m.head.values[i]![0]! / start }));
  };
  return (
    <>
      <Show when={question()} fallback={<p class="problem">A dose response needs at least two doses above 0.</p>}>
        <Show when={!(answer() instanceof Error)} fallback={<p class="problem" role="alert">{(answer() as Error).message}</p>}>
          <div class="over"><DoseResponse points={points()} model={model()} x={label()} y={`${props.readout.label} left at ${view.scenario.hours} h`} /></div>
        </Show>
        <p class="note">
          Circles: your data. Line: the model in {view.scenario.cell} at {view.scenario.hours} h, with everything else as on the bench; doses from{" "}
          {dose(Math.min(...points().filter((p) => p.dose > 0).map((p) => p.dose)))} to {dose(Math.max(...points().map((p) => p.dose)))}.
        </p>
        <Refit readout={props.readout.id} drug={drug()} points={points().map((p) => [p.dose, p.y])} />
      </Show>
    </>
  );
}
