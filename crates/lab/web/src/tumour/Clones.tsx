// What each kind of cells has of the mean tumour, as areas on top of each other.
import { scaleLinear } from "d3-scale";
import { createMemo, For } from "solid-js";
import type { TumourCurves } from "../api/client";
import { plain } from "../plot/numbers";

const WIDTH = 300;
const HEIGHT = 170;
const LEFT = 46;
const RIGHT = 8;
const TOP = 22;
const BOTTOM = 22;

export function Clones(props: { curves: TumourCurves; days: number }) {
  const names = () => props.curves.head.clones;
  const x = createMemo(() => scaleLinear([0, props.days], [LEFT, WIDTH - RIGHT]));
  /** Share of each kind at a row, in percent. */
  const shares = (arm: TumourCurves["arms"][number], row: number) => {
    const total = arm.clones.reduce((sum, c) => sum + c[row]!, 0);
    return arm.clones.map((c) => (100 * c[row]!) / total);
  };
  const words = (k: number) => {
    const arm = props.curves.arms[k]!;
    const [first, last] = [shares(arm, 0), shares(arm, props.curves.times.length - 1)];
    return `${props.curves.head.arms[k]!.label}: ${names().map((name, i) => `${name} ${plain(first[i]!)} % at the start, ${plain(last[i]!)} % at the end`).join("; ")}`;
  };
  return (
    <section aria-label="Clones">
      <h3>Who grows</h3>
      <ul class="legend">
        <For each={names()}>
          {(name, i) => (
            <li>
              <svg viewBox="0 0 26 12" aria-hidden="true">
                <rect class={`clone clone-${i() % 4}`} x="1" y="1" width="24" height="10" />
              </svg>
              {name}
            </li>
          )}
        </For>
      </ul>
      <div class="panels wide">
        <For each={props.curves.arms}>
          {(arm, k) => {
            const layers = createMemo(() => stacked(arm.clones));
            const top = () => layers().at(-1)!.reduce((most, v) => Math.max(most, v), 0) || 1;
            const y = () => scaleLinear([0, top() * 1.05], [HEIGHT - BOTTOM, TOP]);
            const point = (row: number, v: number) => `${x()(props.curves.times[row]! / 24).toFixed(1)} ${y()(v).toFixed(1)}`;
            const area = (layer: number) => {
              const [low, high] = [layers()[layer]!, layers()[layer + 1]!];
              const up = Array.from(high, (v, row) => point(row, v));
              const down = Array.from(low, (v, row) => point(row, v)).reverse();
              return `M${up.join("L")}L${down.join("L")}Z`;
            };
            return (
              <figure class="panel">
                <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words(k())}>
                  <text class="panel-title" x={4} y={13}>{props.curves.head.arms[k()]!.label}</text>
                  <For each={y().ticks(3)}>
                    {(tick) => (
                      <>
                        <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y()(tick)} y2={y()(tick)} />
                        <text class="tick" x={LEFT - 5} y={y()(tick) + 3.2} text-anchor="end">{plain(tick)}</text>
                      </>
                    )}
                  </For>
                  <For each={arm.clones}>{(_, i) => <path class={`clone clone-${i() % 4}`} d={area(i())} />}</For>
                  <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
                  <For each={x().ticks(5)}>
                    {(tick) => (
                      <text class="tick" x={x()(tick)} y={HEIGHT - BOTTOM + 13} text-anchor="middle">
                        {tick}
                        {tick === 0 ? " d" : ""}
                      </text>
                    )}
                  </For>
                </svg>
                <figcaption class="note">{words(k())}</figcaption>
              </figure>
            );
          }}
        </For>
      </div>
      <p class="note">Parts of the mean volume, in mm³. Each arm has an axis of its own.</p>
    </section>
  );
}

/** Running sums, the first one 0. */
function stacked(parts: Float32Array[]): Float32Array[] {
  const sums = [new Float32Array(parts[0]?.length ?? 0)];
  for (const part of parts) sums.push(sums.at(-1)!.map((v, row) => v + part[row]!));
  return sums;
}
