// One read-out over time: the bench, the untreated cell, and the setting before.
import { scaleLinear } from "d3-scale";
import { createMemo, For, Show } from "solid-js";
import type { Band } from "../api/client";
import type { Readout } from "../api/types";
import { at, fold, plain } from "./numbers";
import { curvePath } from "./path";

/** Curves with what is said of them: those of the server, or some made of them. */
export interface Drawn {
  times: Float32Array;
  arms: { head: { words: Record<string, string>; undefined: Record<string, string> }; values: Map<string, Float32Array> }[];
}

/** What values are shown relative to. */
export function reference(curves: Drawn, readout: Readout): number {
  if (!readout.display.startsWith("fold")) return 1;
  const start = curves.arms[0]?.values.get(readout.id)?.[0] ?? NaN;
  return start > 0 ? start : 1;
}

export interface Line {
  label: string;
  curves: Drawn;
  arm: number;
  className: string;
}

interface Props {
  readout: Readout;
  lines: Line[];
  /** Whose untreated arm at 0 h is 1. */
  base: Drawn;
  hour?: number;
  hours: number;
  /** Largest value of the axis while a slider moves. */
  hold?: number;
  onAxis?: (top: number) => void;
  treated?: [number, number][];
  points?: { t: number; y: number }[];
  /** Spread of the last line under uncertain parameters. */
  band?: { times: Float32Array; band: Band };
  onPick?: (hour: number) => void;
}

const WIDTH = 250;
const HEIGHT = 132;
const LEFT = 34;
const RIGHT = 8;
const TOP = 30;
const BOTTOM = 22;

export function TimeCourse(props: Props) {
  const scale = createMemo(() => reference(props.base, props.readout));
  const isFold = () => props.readout.display.startsWith("fold") && scale() !== 1;
  const ends = () => {
    const b = props.band?.band;
    return b && (isFold() ? { low: b.lowFold, high: b.highFold } : { low: b.low, high: b.high });
  };
  const area = () => {
    const e = ends();
    if (!e || ![...e.low, ...e.high].every(Number.isFinite)) return "";
    const points = (values: Float32Array) => Array.from(props.band!.times, (t, i) => `${x()(t).toFixed(1)} ${y()(values[i]!).toFixed(1)}`);
    return `M${points(e.low).join("L")}L${points(e.high).reverse().join("L")}Z`;
  };
  const highest = createMemo(() => {
    let top = isFold() ? 1.2 : 0;
    for (const line of props.lines) {
      for (const v of line.curves.arms[line.arm]?.values.get(props.readout.id) ?? []) top = Math.max(top, v / scale());
    }
    for (const v of ends()?.high ?? []) if (Number.isFinite(v)) top = Math.max(top, v);
    for (const p of props.points ?? []) top = Math.max(top, p.y);
    const held = Math.max(top * 1.06, props.hold ?? 0);
    props.onAxis?.(held);
    return held || 1;
  });
  const x = createMemo(() => scaleLinear([0, props.hours], [LEFT, WIDTH - RIGHT]));
  const y = createMemo(() => scaleLinear([0, highest()], [HEIGHT - BOTTOM, TOP]));
  const path = (line: Line) => {
    const values = line.curves.arms[line.arm]?.values.get(props.readout.id);
    if (!values) return "";
    return curvePath(line.curves.times, values, x(), (v) => y()(v / scale()), WIDTH);
  };
  const main = () => props.lines.at(-1);
  const now = () => {
    const line = main();
    const values = line?.curves.arms[line.arm]?.values.get(props.readout.id);
    if (!line || !values || props.hour === undefined) return NaN;
    return at(line.curves.times, values, props.hour) / scale();
  };
  const why = () => main()?.curves.arms[main()!.arm]?.head.undefined[props.readout.id];
  const words = () => main()?.curves.arms[main()!.arm]?.head.words[props.readout.id] ?? "";
  const pick = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * WIDTH;
    props.onPick?.(Math.min(props.hours, Math.max(0, x().invert(px))));
  };
  return (
    <figure class="panel" data-readout={props.readout.id}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${props.readout.label} ${words()}`}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          pick(e);
        }}
        onPointerMove={(e) => e.buttons === 1 && pick(e)}
      >
        <For each={props.treated ?? []}>
          {([from, to]) => (
            <rect class="treated" x={x()(from)} y={TOP - 9} width={Math.max(0, x()(to) - x()(from))} height={3} rx={1.5} />
          )}
        </For>
        <text class="panel-title" x={4} y={13}>
          {props.readout.label}
        </text>
        <Show when={Number.isFinite(now())}>
          <text class="panel-value" x={WIDTH - RIGHT} y={13} text-anchor="end">
            {isFold() ? `${fold(now())}×` : plain(now())}
          </text>
        </Show>
        <For each={y().ticks(3)}>
          {(tick) => (
            <g>
              <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y()(tick)} y2={y()(tick)} />
              <text class="tick" x={LEFT - 5} y={y()(tick) + 3.2} text-anchor="end">
                {plain(tick)}
              </text>
            </g>
          )}
        </For>
        <Show when={isFold()}>
          <line class="unity" x1={LEFT} x2={WIDTH - RIGHT} y1={y()(1)} y2={y()(1)} />
        </Show>
        <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        <For each={x().ticks(5)}>
          {(tick) => (
            <g>
              <line class="axis" x1={x()(tick)} x2={x()(tick)} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM + 3} />
              <text class="tick" x={x()(tick)} y={HEIGHT - BOTTOM + 13} text-anchor="middle">
                {tick}
                {tick === 0 ? " h" : ""}
              </text>
            </g>
          )}
        </For>
        <Show when={props.band}>
          <path class="spread" d={area()} />
        </Show>
        <For each={props.lines}>{(line) => <path class={`curve ${line.className}`} d={path(line)} />}</For>
        <For each={props.points ?? []}>
          {(p) => <circle class="datum" cx={x()(p.t)} cy={y()(p.y)} r={2.6} />}
        </For>
        <Show when={props.hour !== undefined}>
          <line class="now" x1={x()(props.hour!)} x2={x()(props.hour!)} y1={TOP - 6} y2={HEIGHT - BOTTOM} />
          <Show when={Number.isFinite(now())}>
            <circle class="now-dot" cx={x()(props.hour!)} cy={y()(now())} r={3} />
          </Show>
        </Show>
        <Show when={why()}>
          <text class="tick" x={LEFT} y={TOP + 20}>
            no value
            <title>{why()}</title>
          </text>
        </Show>
      </svg>
    </figure>
  );
}
