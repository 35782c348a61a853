// Dose against dose: heat map, single agents, and what reference models expect.
import { scaleLinear } from "d3-scale";
import { createMemo, createResource, createSignal, For, Show } from "solid-js";
import { page, postMatrix, type MatrixCurves } from "../api/client";
import type { Catalog } from "../api/types";
import { dose, plain } from "../plot/numbers";
import { curvePath } from "../plot/path";
import { change, setView, view } from "../state/lab";
import { doses, edited, type Side, STEPS, usual } from "./doses";

type Shown = "effect" | "bliss" | "hsa" | "loewe" | "zip";
const SHOWN: [Shown, string, string][] = [
  ["effect", "Inhibition", "1 − value / untreated value; 1 means that nothing is left"],
  ["bliss", "Bliss excess", "seen − (a + b − a·b)"],
  ["hsa", "HSA excess", "seen − the stronger single agent"],
  ["loewe", "Loewe excess", "seen − the effect at which the doses, as parts of equally effective single doses, add up to 1"],
  ["zip", "ZIP excess", "curves fitted along both drugs − what independent drugs would do"],
];

export function Matrix(props: { catalog: Catalog }) {
  const drugs = () => props.catalog.drugs;
  const used = () => view.scenario.agents.map((a) => a.agent).filter((id) => drugs().some((d) => d.id === id));
  const facts = (id: string) => drugs().find((d) => d.id === id);
  const label = (id: string) => facts(id)?.label ?? id;
  const side = (drug: string) => usual(drug, facts(drug)?.max_dose_nm);
  const first = () => {
    const a = used()[0] ?? "AZD8055";
    return { a: side(a), b: side(used()[1] ?? (a === "lapatinib" ? "AZD8055" : "lapatinib")), readout: view.readouts.find((r) => r.startsWith("pAKT")) ?? view.readouts[0]!, hour: Math.min(24, view.scenario.hours) };
  };
  if (!view.matrix) setView("matrix", first());
  const asked = () => view.matrix!;
  const [a, b] = [() => asked().a.drug, () => asked().b.drug];
  const readout = () => asked().readout;
  const hour = () => Math.min(asked().hour, view.scenario.hours);
  const [wrong, setWrong] = createSignal("");
  const edit = (which: "a" | "b", part: "low" | "high" | "steps", text: string) => {
    const next = edited(asked()[which], part, text);
    setWrong(typeof next === "string" ? next : "");
    if (typeof next !== "string") setView("matrix", { ...asked(), [which]: next });
  };
  const [shown, setShown] = createSignal<Shown>("effect");
  const [pointed, setCell] = createSignal<[number, number]>([5, 5]);
  const cell = (): [number, number] => [Math.min(pointed()[0], asked().a.steps), Math.min(pointed()[1], asked().b.steps)];
  const question = createMemo(() => ({
    page,
    scenario: structuredClone(JSON.parse(JSON.stringify(view.scenario))),
    a: { agent: a(), doses_nm: doses(asked().a) },
    b: { agent: b(), doses_nm: doses(asked().b) },
    readout: readout(),
    hour: hour(),
  }));
  const [answer] = createResource(question, (q) => postMatrix(q).catch((e: Error) => e));
  const matrix = () => {
    const m = answer.latest;
    return m && !(m instanceof Error) ? m : undefined;
  };
  const table = () => {
    const synergy = matrix()?.head.synergy;
    return synergy ? (shown() === "effect" ? synergy.effect : synergy[shown()]) : undefined;
  };
  const open = (i: number, k: number) => {
    change((s) => {
      for (const [id, nm] of [
        [a(), matrix()!.head.doses_a[i]!],
        [b(), matrix()!.head.doses_b[k]!],
      ] as [string, number][]) {
        const there = s.agents.find((x) => x.agent === id);
        if (there) there.dose_nm = nm;
        else s.agents.push({ agent: id, dose_nm: nm, pulses: [[0, s.hours]] });
      }
    });
    setView("tab", "bench");
  };
  return (
    <div class="page">
      <h2>Dose matrix</h2>
      <p class="note">
        In {props.catalog.cells.find((c) => c.id === view.scenario.cell)?.label}, with everything else as on the bench. Excess is seen − expected, in units of
        inhibition: <b>above 0 more than expected (synergy), below 0 less (antagonism)</b>.
      </p>
      <div class="filters">
        <SideEditor name="First drug" side={asked().a} drugs={drugs().filter((d) => d.id !== b())} onDrug={(id) => setView("matrix", "a", side(id))} onEdit={(part, text) => edit("a", part, text)} />
        <SideEditor name="Second drug" side={asked().b} drugs={drugs().filter((d) => d.id !== a())} onDrug={(id) => setView("matrix", "b", side(id))} onEdit={(part, text) => edit("b", part, text)} />
        <label>
          Read-out
          <select value={readout()} onChange={(e) => setView("matrix", "readout", e.currentTarget.value)}>
            <For each={props.catalog.readouts}>{(r) => <option value={r.id} selected={r.id === readout()}>{r.label}</option>}</For>
          </select>
        </label>
        <label>
          at
          <input type="number" min={0} max={view.scenario.hours} value={hour()} onChange={(e) => setView("matrix", "hour", Number(e.currentTarget.value))} aria-label="Hour of the read-out" />h
        </label>
      </div>
      <div class="tabs" role="group" aria-label="What the colours show">
        <For each={SHOWN}>
          {([id, name]) => (
            <button type="button" aria-pressed={shown() === id} onClick={() => setShown(id)}>
              {name}
            </button>
          )}
        </For>
      </div>
      <p class="note">{SHOWN.find((s) => s[0] === shown())![2]}</p>
      <Show when={wrong()}>
        <p class="problem" role="alert">{wrong()}</p>
      </Show>
      <Show when={answer() instanceof Error}>
        <p class="problem" role="alert">{(answer() as Error).message}</p>
      </Show>
      <Show when={matrix()} fallback={<Show when={answer.loading}><p class="waiting">running {(asked().a.steps + 1) * (asked().b.steps + 1)} treatments …</p></Show>}>
        {(m) => (
          <div class="matrix">
            <Show when={table()} fallback={<p class="problem">{m().head.reason ?? "This reference needs two drugs that each lower the read-out."}</p>}>
              {(t) => (
                <HeatMap
                  table={t()}
                  signed={shown() !== "effect"}
                  head={m().head}
                  a={label(a())}
                  b={label(b())}
                  cell={cell()}
                  onCell={(i, k) => setCell([i, k])}
                  onOpen={open}
                />
              )}
            </Show>
            <div class="beside">
              <SingleAgents m={m()} a={label(a())} b={label(b())} readout={props.catalog.readouts.find((r) => r.id === readout())!.label} />
              <Detail m={m()} cell={cell()} a={label(a())} b={label(b())} hour={hour()} readout={props.catalog.readouts.find((r) => r.id === readout())!.label} onOpen={open} />
            </div>
          </div>
        )}
      </Show>
    </div>
  );
}

interface SideProps {
  name: string;
  side: Side;
  drugs: Catalog["drugs"];
  onDrug: (id: string) => void;
  onEdit: (part: "low" | "high" | "steps", text: string) => void;
}

function SideEditor(props: SideProps) {
  return (
    <fieldset class="side">
      <legend>{props.name}</legend>
      <select value={props.side.drug} onChange={(e) => props.onDrug(e.currentTarget.value)} aria-label={props.name}>
        <For each={props.drugs}>{(d) => <option value={d.id} selected={d.id === props.side.drug}>{d.label}</option>}</For>
      </select>
      <label>
        from
        <input type="text" value={dose(props.side.low)} onChange={(e) => props.onEdit("low", e.currentTarget.value)} aria-label={`${props.name}: lowest dose`} />
      </label>
      <label>
        to
        <input type="text" value={dose(props.side.high)} onChange={(e) => props.onEdit("high", e.currentTarget.value)} aria-label={`${props.name}: highest dose`} />
      </label>
      <label>
        in
        <input type="number" min={STEPS.least} max={STEPS.most} value={props.side.steps} onChange={(e) => props.onEdit("steps", e.currentTarget.value)} aria-label={`${props.name}: number of doses`} />
        doses
      </label>
    </fieldset>
  );
}

interface HeatProps {
  table: number[][];
  signed: boolean;
  head: MatrixCurves["head"];
  a: string;
  b: string;
  cell: [number, number];
  onCell: (i: number, k: number) => void;
  onOpen: (i: number, k: number) => void;
}

const SIDE = 62;
const HIGH = 40;
const AXIS = 92;

/** Colour of a number: blue to white to orange about 0, or light to dark from 0 to 1. */
function shade(v: number, signed: boolean, scale: number): string {
  const part = Math.round(Math.min(1, Math.abs(v) / scale) * 100);
  // Without a sign of its own: a read-out that rises has a negative inhibition, in the colour of "more".
  if (!signed) return `color-mix(in oklab, var(${v >= 0 ? "--heat" : "--more"}) ${part}%, var(--raised))`;
  return `color-mix(in oklab, var(${v < 0 ? "--less" : "--more"}) ${part}%, var(--raised))`;
}

function HeatMap(props: HeatProps) {
  const scale = () => (props.signed ? Math.max(0.1, ...props.table.flat().map(Math.abs)) : 1);
  const [na, nb] = [() => props.head.doses_a.length, () => props.head.doses_b.length];
  const strong = (v: number) => !props.signed && v > 0.78;
  const keys = (event: KeyboardEvent) => {
    const move: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const by = move[event.key];
    if (event.key === "Enter") return props.onOpen(...props.cell);
    if (!by) return;
    event.preventDefault();
    props.onCell(Math.max(0, Math.min(na() - 1, props.cell[0] + by[0])), Math.max(0, Math.min(nb() - 1, props.cell[1] + by[1])));
  };
  return (
    <svg
      class="heat"
      viewBox={`0 0 ${AXIS + na() * SIDE + 8} ${nb() * HIGH + 62}`}
      role="application"
      tabIndex={0}
      aria-label={`Heat map, ${props.a} against ${props.b}. Arrow keys move, Enter opens the pair on the bench. ${dose(props.head.doses_a[props.cell[0]]!)} and ${dose(props.head.doses_b[props.cell[1]]!)}: ${props.table[props.cell[0]]![props.cell[1]]!.toFixed(2)}`}
      onKeyDown={keys}
    >
      <For each={props.head.doses_b}>
        {(d, k) => (
          <text class="heat-tick" x={AXIS - 8} y={(nb() - 1 - k() + 0.5) * HIGH + 4} text-anchor="end">
            {d === 0 ? "none" : dose(d)}
          </text>
        )}
      </For>
      <For each={props.head.doses_a}>
        {(d, i) => (
          <text class="heat-tick" x={AXIS + (i() + 0.5) * SIDE} y={nb() * HIGH + 18} text-anchor="middle">
            {d === 0 ? "none" : dose(d)}
          </text>
        )}
      </For>
      <text class="heat-title" x={AXIS + (na() * SIDE) / 2} y={nb() * HIGH + 44} text-anchor="middle">
        {props.a}
      </text>
      <text class="heat-title" transform={`translate(14 ${(nb() * HIGH) / 2}) rotate(-90)`} text-anchor="middle">
        {props.b}
      </text>
      <For each={props.table}>
        {(row, i) => (
          <For each={row}>
            {(v, k) => (
              <g class="heat-cell" onPointerEnter={() => props.onCell(i(), k())} onClick={() => props.onOpen(i(), k())}>
                <rect
                  x={AXIS + i() * SIDE + 1}
                  y={(nb() - 1 - k()) * HIGH + 1}
                  width={SIDE - 2}
                  height={HIGH - 2}
                  rx={3}
                  fill={shade(v, props.signed, scale())}
                />
                <text class="heat-value" classList={{ strong: strong(v) }} x={AXIS + (i() + 0.5) * SIDE} y={(nb() - 1 - k() + 0.5) * HIGH + 4} text-anchor="middle">
                  {Math.abs(v) < 0.005 ? "0" : v.toFixed(2).replace("-", "−")}
                </text>
              </g>
            )}
          </For>
        )}
      </For>
      <rect class="heat-chosen" x={AXIS + props.cell[0] * SIDE + 1} y={(nb() - 1 - props.cell[1]) * HIGH + 1} width={SIDE - 2} height={HIGH - 2} rx={3} />
    </svg>
  );
}

function SingleAgents(props: { m: MatrixCurves; a: string; b: string; readout: string }) {
  const W = 300;
  const H = 170;
  const synergy = () => props.m.head.synergy;
  const series = () => {
    const s = synergy();
    if (!s) return [];
    return [
      { label: props.a, className: "arm-1", doses: props.m.head.doses_a, effects: s.effect.map((r) => r[0]!), hill: s.hill_a },
      { label: props.b, className: "arm-2", doses: props.m.head.doses_b, effects: s.effect[0]!, hill: s.hill_b },
    ];
  };
  const all = () => series().flatMap((s) => s.doses.slice(1));
  const x = () => scaleLinear([Math.log10(Math.min(...all())), Math.log10(Math.max(...all()))], [36, W - 10]);
  const low = () => Math.min(0, ...series().flatMap((s) => s.effects));
  const y = () => scaleLinear([low(), 1], [H - 34, 12]);
  const decades = () => {
    const [from, to] = x().domain() as [number, number];
    return Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, k) => Math.ceil(from) + k);
  };
  const curve = (hill: NonNullable<ReturnType<typeof series>[number]["hill"]>, doses: number[]) => {
    const [from, to] = [Math.log10(doses[1]!), Math.log10(doses.at(-1)!)];
    const at = (k: number) => from + ((to - from) * k) / 60;
    const value = (lg: number) => hill.base + (hill.top - hill.base) / (1 + (hill.ec50 / 10 ** lg) ** hill.h);
    return Array.from({ length: 61 }, (_, k) => `${k ? "L" : "M"}${x()(at(k)).toFixed(1)} ${y()(value(at(k))).toFixed(1)}`).join("");
  };
  return (
    <figure>
      <figcaption>Single agents: inhibition of {props.readout}</figcaption>
      <Show when={series().length}>
        <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={series().map((s) => `${s.label}: ${s.hill ? `half of ${s.hill.top.toFixed(2)} at ${dose(s.hill.ec50)}` : "no dose response"}`).join("; ")}>
          <For each={y().ticks(4)}>
            {(t) => (
              <>
                <line class="grid" x1={36} x2={W - 10} y1={y()(t)} y2={y()(t)} />
                <text class="tick" x={31} y={y()(t) + 3} text-anchor="end">{plain(t)}</text>
              </>
            )}
          </For>
          <line class="axis" x1={36} x2={W - 10} y1={H - 34} y2={H - 34} />
          <For each={decades()}>
            {(d) => (
              <text class="tick" x={x()(d)} y={H - 21} text-anchor="middle">{dose(10 ** d)}</text>
            )}
          </For>
          <For each={series()}>
            {(s) => (
              <>
                <Show when={s.hill}>{(hill) => <path class={`curve ${s.className}`} d={curve(hill(), s.doses)} />}</Show>
                <For each={s.doses.slice(1)}>{(d, k) => <circle class={`dot ${s.className}`} cx={x()(Math.log10(d))} cy={y()(s.effects[k() + 1]!)} r={2.6} />}</For>
              </>
            )}
          </For>
        </svg>
        <ul class="legend">
          <For each={series()}>
            {(s) => (
              <li>
                <svg viewBox="0 0 26 8" aria-hidden="true"><line class={`curve ${s.className}`} x1="1" x2="25" y1="4" y2="4" /></svg>
                {s.label}
                {s.hill ? `: EC50 ${dose(s.hill.ec50)}, at most ${s.hill.top.toFixed(2).replace("-", "−")}` : ": no dose response"}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </figure>
  );
}

function Detail(props: { m: MatrixCurves; cell: [number, number]; a: string; b: string; hour: number; readout: string; onOpen: (i: number, k: number) => void }) {
  const W = 300;
  const H = 150;
  const curveOf = (i: number, k: number) => props.m.curves[i * props.m.head.doses_b.length + k]!;
  const scale = () => curveOf(0, 0)[0] || 1;
  const values = () => curveOf(...props.cell);
  const shown = () => [values(), curveOf(props.cell[0], 0), curveOf(0, props.cell[1])];
  const top = () => shown().reduce((most, curve) => curve.reduce((m, v) => Math.max(m, v / scale()), most), 1.2);
  const x = () => scaleLinear([0, props.m.times.at(-1)!], [36, W - 10]);
  const y = () => scaleLinear([0, top()], [H - 24, 8]);
  const path = (v: Float32Array) => curvePath(props.m.times, v, x(), (s) => y()(s / scale()), W);
  return (
    <figure>
      <figcaption>
        {props.a} {dose(props.m.head.doses_a[props.cell[0]]!)} + {props.b} {dose(props.m.head.doses_b[props.cell[1]]!)}: {props.readout}, times untreated
      </figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label="Time course of the chosen pair">
        <For each={y().ticks(3)}>
          {(t) => (
            <>
              <line class="grid" x1={36} x2={W - 10} y1={y()(t)} y2={y()(t)} />
              <text class="tick" x={31} y={y()(t) + 3} text-anchor="end">{plain(t)}</text>
            </>
          )}
        </For>
        <line class="axis" x1={36} x2={W - 10} y1={H - 24} y2={H - 24} />
        <For each={x().ticks(5)}>{(t) => <text class="tick" x={x()(t)} y={H - 11} text-anchor="middle">{t}{t === 0 ? " h" : ""}</text>}</For>
        <path class="curve untreated" d={path(curveOf(0, 0))} />
        <path class="curve arm-1" d={path(curveOf(props.cell[0], 0))} />
        <path class="curve arm-2" d={path(curveOf(0, props.cell[1]))} />
        <path class="curve both" d={path(values())} />
        <line class="now" x1={x()(props.hour)} x2={x()(props.hour)} y1={8} y2={H - 24} />
      </svg>
      <button type="button" class="link" onClick={() => props.onOpen(...props.cell)}>
        open this pair on the bench
      </button>
    </figure>
  );
}
