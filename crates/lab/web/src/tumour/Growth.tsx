// Tumour volumes: every animal as a thin line, mean and standard error, and the schedules below.
import { scaleLinear, scaleLog } from "d3-scale";
import { createMemo, For, Show } from "solid-js";
import type { TumourCurves } from "../api/client";
import type { TumourArm } from "../api/types";
import { plain } from "../plot/numbers";
import { curvePath } from "../plot/path";

interface Props {
  curves: TumourCurves;
  arms: TumourArm[];
  days: number;
  log: boolean;
  drug: (id: string) => string;
}

const WIDTH = 640;
const HEIGHT = 330;
const LEFT = 58;
const RIGHT = 12;
const TOP = 14;
const LANE = 25;
const WHISKERS = 10;

export function Growth(props: Props) {
  const lanes = () => props.arms.flatMap((arm, k) => arm.given.map((g) => ({ arm: k, given: g })));
  const bottom = () => HEIGHT + (lanes().length > 0 ? 26 + lanes().length * LANE : 0);
  const highest = createMemo(() => {
    let top = 0;
    for (const arm of props.curves.arms) for (const animal of [arm.mean, ...arm.animals]) for (const v of animal) top = Math.max(top, v);
    return top || 1;
  });
  const lowest = createMemo(() => {
    let low = Infinity;
    for (const arm of props.curves.arms) for (const animal of [arm.mean, ...arm.animals]) for (const v of animal) low = Math.min(low, v);
    return Math.max(low, highest() / 1e4);
  });
  const x = createMemo(() => scaleLinear([0, props.days], [LEFT, WIDTH - RIGHT]));
  const y = createMemo(() => {
    const range = [HEIGHT - 24, TOP];
    return props.log ? scaleLog([lowest() * 0.9, highest() * 1.1], range) : scaleLinear([0, highest() * 1.05], range);
  });
  const up = (v: number) => y()(props.log ? Math.max(v, lowest()) : v);
  const path = (values: Float32Array) => curvePath(props.curves.times, values, (t) => x()(t / 24), up, WIDTH);
  const whiskers = (arm: TumourCurves["arms"][number], k: number) => {
    if (arm.animals.length < 2) return [];
    const n = props.curves.times.length;
    const shift = (k - (props.curves.arms.length - 1) / 2) * 2.2;
    return Array.from({ length: WHISKERS }, (_, i) => Math.round(((i + 1) * (n - 1)) / WHISKERS)).map((i) => ({
      x: Math.min(WIDTH - RIGHT, x()(props.curves.times[i]! / 24) + shift),
      low: up(arm.mean[i]! - arm.error[i]!),
      high: up(arm.mean[i]! + arm.error[i]!),
    }));
  };
  const ticks = () => (props.log ? y().ticks(4).filter((t) => /^[125]/.test(String(t))) : y().ticks(5));
  return (
    <figure class="growth">
      <svg
        viewBox={`0 0 ${WIDTH} ${bottom()}`}
        role="img"
        aria-label={`Tumour volumes over ${plain(props.days)} days. ${props.curves.head.arms
          .map((a) => `${a.label}: ${plain(a.start_mm3)} to ${plain(a.end_mm3)} mm3, ${plain(a.change_percent)} %`)
          .join("; ")}`}
      >
        <text class="axis-title" transform={`translate(13 ${HEIGHT / 2}) rotate(-90)`} text-anchor="middle">
          tumour volume, mm³
        </text>
        <For each={ticks()}>
          {(tick) => (
            <g>
              <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y()(tick)} y2={y()(tick)} />
              <text class="tick" x={LEFT - 6} y={y()(tick) + 3.5} text-anchor="end">
                {plain(tick)}
              </text>
            </g>
          )}
        </For>
        <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={HEIGHT - 24} y2={HEIGHT - 24} />
        <For each={x().ticks(8)}>
          {(tick) => (
            <g>
              <line class="axis" x1={x()(tick)} x2={x()(tick)} y1={HEIGHT - 24} y2={HEIGHT - 20} />
              <text class="tick" x={x()(tick)} y={HEIGHT - 8} text-anchor="middle">
                {tick}
                {tick === 0 ? " d" : ""}
              </text>
            </g>
          )}
        </For>
        <For each={props.curves.arms}>
          {(arm, k) => <For each={arm.animals}>{(animal) => <path class={`curve animal arm arm-${k() % 8}`} d={path(animal)} />}</For>}
        </For>
        <For each={props.curves.arms}>
          {(arm, k) => (
            <g>
              <path class={`curve mean arm arm-${k() % 8}`} d={path(arm.mean)} />
              <For each={whiskers(arm, k())}>
                {(w) => <path class={`whisker arm-${k() % 8}`} d={`M${w.x} ${w.low}V${w.high}M${w.x - 2.5} ${w.low}h5M${w.x - 2.5} ${w.high}h5`} />}
              </For>
            </g>
          )}
        </For>
        <Show when={lanes().length > 0}>
          <text class="tick" x={LEFT} y={HEIGHT + 16}>
            doses
          </text>
        </Show>
        <For each={lanes()}>
          {(lane, k) => (
            <g>
              <text class="dose-name" x={LEFT} y={HEIGHT + 34 + k() * LANE}>
                {props.drug(lane.given.drug)} {plain(lane.given.mg_per_kg)} mg/kg {lane.given.route}
              </text>
              <For each={lane.given.days}>
                {(d) => <rect class={`dose arm-${lane.arm % 8}`} x={x()(d) - 1} y={HEIGHT + 38 + k() * LANE} width={2} height={9} />}
              </For>
            </g>
          )}
        </For>
      </svg>
    </figure>
  );
}
