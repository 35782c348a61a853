// A model of the user: curves, and a slider for each parameter.
import { scaleLinear } from "d3-scale";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import { LabError, type ModelCurves, page, postModelRun, says, upload } from "../api/client";
import type { Catalog, ModelAnswer } from "../api/types";
import { at, plain } from "../plot/numbers";
import { curvePath } from "../plot/path";
import { DropZone } from "../ui/DropZone";

/** Kept while the person looks at another screen. */
const [model, setModel] = createSignal<ModelAnswer>();
const [set, setSet] = createSignal<Record<string, number>>({});
const [end, setEnd] = createSignal(100);

export function Model(_: { catalog: Catalog }) {
  const [problem, setProblem] = createSignal("");
  const [now, setNow] = createSignal<ModelCurves>();
  const [before, setBefore] = createSignal<ModelCurves>();
  const [filter, setFilter] = createSignal("");
  const read = async (file: File) => {
    setProblem("");
    try {
      const answer = await upload<ModelAnswer>("/api/models", file);
      setBefore(undefined);
      setNow(undefined);
      setSet({});
      setModel(answer);
    } catch (error) {
      setProblem(says(error));
    }
  };
  let running = false;
  let waiting = false;
  const run = async () => {
    waiting = true;
    if (running) return;
    running = true;
    while (waiting) {
      waiting = false;
      const id = model()?.id;
      if (!id) break;
      try {
        setNow(await postModelRun(id, { page, set: Object.entries(set()), t_end: end() }));
        setProblem("");
      } catch (error) {
        if (error instanceof LabError && error.status !== 409) {
          setNow(undefined);
          setProblem(`${error.message}. ${error.help}`);
        }
      }
    }
    running = false;
  };
  createEffect(on([model, set, end], () => void run()));
  const knobs = createMemo(() =>
    (model()?.parameters ?? []).filter(([name]) => name!.toString().toLowerCase().includes(filter().toLowerCase())).slice(0, 60) as [string, number][],
  );
  const change = (name: string, value: number, original: number) =>
    setSet((all) => {
      const { [name]: _, ...rest } = all;
      return value === original ? rest : { ...rest, [name]: value };
    });
  return (
    <div class="page">
      <h2>My model</h2>
      <p class="note">An SBML file (.xml, .sbml), BioNetGen (.bngl, .net) or a COMBINE archive (.omex). It stays on this computer and is forgotten when the lab ends.</p>
      <DropZone label="Drop a model here, or choose a file" accept=".xml,.sbml,.bngl,.net,.omex" onFile={read} />
      <Show when={problem()}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
      <Show when={model()}>
        {(m) => (
          <>
            <h3>
              {m().name} <span class="note">{m().format}, {m().species} species, {m().reactions} reactions</span>
            </h3>
            <For each={m().remarks.slice(0, 5)}>{(r) => <p class="note">{r}</p>}</For>
            <div class="two-thirds">
              <div>
                <div class="filters">
                  <label>
                    End
                    <input type="number" min={0} value={end()} onChange={(e) => Number(e.currentTarget.value) > 0 && setEnd(Number(e.currentTarget.value))} />
                  </label>
                  <span class="note">in the time unit of the model</span>
                </div>
                <Show when={now()}>
                  {(c) => (
                    <div class="panels">
                      <For each={[...c().columns.keys()].slice(0, 24)}>{(name) => <ModelPanel name={name} now={c()} before={before()} />}</For>
                    </div>
                  )}
                </Show>
                <Show when={(now()?.columns.size ?? 0) > 24}>
                  <p class="note">The first 24 of {now()!.columns.size} are drawn; `resurge simulate` writes all of them to a table.</p>
                </Show>
              </div>
              <div class="knobs">
                <div class="filters">
                  <label>
                    Parameter
                    <input type="search" onInput={(e) => setFilter(e.currentTarget.value)} />
                  </label>
                  <button type="button" class="link" onClick={() => (setBefore(now()), setSet({}))}>
                    as in the file
                  </button>
                </div>
                <For each={knobs()}>
                  {([name, original]) => (
                    <Knob name={name} original={original} value={set()[name] ?? original} onBegin={() => setBefore(now())} onChange={(v) => change(name, v, original)} />
                  )}
                </For>
              </div>
            </div>
          </>
        )}
      </Show>
    </div>
  );
}

interface KnobProps {
  name: string;
  original: number;
  value: number;
  onBegin: () => void;
  onChange: (value: number) => void;
}

/** From a hundredth to a hundred times the value of the file; 0 has no such scale and is typed. */
function Knob(props: KnobProps) {
  const position = () => (props.original ? Math.log10(props.value / props.original) * 50 : 0);
  return (
    <div class="knob">
      <label for={`k-${props.name}`}>
        <code>{props.name}</code>
      </label>
      <input
        id={`k-${props.name}`}
        type="range"
        min={-100}
        max={100}
        value={position()}
        disabled={props.original === 0}
        aria-valuetext={plain(props.value)}
        onPointerDown={props.onBegin}
        onInput={(e) => props.onChange(Number((props.original * 10 ** (Number(e.currentTarget.value) / 50)).toPrecision(4)))}
      />
      <input
        class="number"
        value={plain(props.value)}
        aria-label={`Value of ${props.name}`}
        onChange={(e) => {
          const v = Number(e.currentTarget.value.replace(",", "."));
          if (Number.isFinite(v)) {
            props.onBegin();
            props.onChange(v);
          }
        }}
      />
    </div>
  );
}

function ModelPanel(props: { name: string; now: ModelCurves; before: ModelCurves | undefined }) {
  const [W, H] = [250, 120];
  const values = () => props.now.columns.get(props.name)!;
  const old = () => props.before?.columns.get(props.name);
  const range = () => {
    let [low, high] = [0, 0];
    for (const v of [...values(), ...(old() ?? [])]) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return [low, high === low ? low + 1 : high] as [number, number];
  };
  const x = () => scaleLinear([0, props.now.times.at(-1)!], [44, W - 8]);
  const y = () => scaleLinear(range(), [H - 20, 22]).nice(3);
  return (
    <figure class="panel">
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${props.name}: from ${plain(values()[0]!)} to ${plain(at(props.now.times, values(), props.now.times.at(-1)!))}`}>
        <text class="panel-title" x={4} y={12}>{props.name}</text>
        <For each={y().ticks(3)}>
          {(t) => (
            <>
              <line class="grid" x1={44} x2={W - 8} y1={y()(t)} y2={y()(t)} />
              <text class="tick" x={40} y={y()(t) + 3} text-anchor="end">{plain(t)}</text>
            </>
          )}
        </For>
        <For each={x().ticks(4)}>{(t) => <text class="tick" x={x()(t)} y={H - 8} text-anchor="middle">{plain(t)}</text>}</For>
        <Show when={old()}>{(v) => <path class="curve ghost" d={curvePath(props.before!.times, v(), x(), y(), W)} />}</Show>
        <path class="curve bench" d={curvePath(props.now.times, values(), x(), y(), W)} />
      </svg>
    </figure>
  );
}
