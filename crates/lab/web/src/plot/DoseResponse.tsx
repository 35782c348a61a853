// What is left of a read-out against the logarithm of the dose.
import { scaleLinear } from "d3-scale";
import { For, Show } from "solid-js";
import { dose, plain } from "./numbers";

interface Point {
  dose: number;
  y: number;
}

const [W, H, LEFT, BOTTOM] = [420, 250, 44, 42];

export function DoseResponse(props: { points: Point[]; model: Point[]; x: string; y: string }) {
  const above = (points: Point[]) => points.filter((p) => p.dose > 0);
  const doses = () => above([...props.points, ...props.model]).map((p) => Math.log10(p.dose));
  const x = () => scaleLinear([Math.min(...doses()) - 0.1, Math.max(...doses()) + 0.1], [LEFT, W - 12]);
  const y = () => scaleLinear([0, Math.max(1.1, ...props.points.map((p) => p.y), ...props.model.map((p) => p.y))], [H - BOTTOM, 14]);
  const decades = () => {
    const [from, to] = x().domain() as [number, number];
    return Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, k) => Math.ceil(from) + k);
  };
  const path = () => above(props.model).map((p, k) => `${k ? "L" : "M"}${x()(Math.log10(p.dose)).toFixed(1)} ${y()(p.y).toFixed(1)}`).join("");
  return (
    <svg class="dose-response" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${props.y} against ${props.x}: ${props.points.length} data points over the model`}>
      <text class="panel-title" x={4} y={11}>{props.y}</text>
      <For each={y().ticks(5)}>
        {(t) => (
          <>
            <line class="grid" x1={LEFT} x2={W - 12} y1={y()(t)} y2={y()(t)} />
            <text class="tick" x={LEFT - 6} y={y()(t) + 3} text-anchor="end">{plain(t)}</text>
          </>
        )}
      </For>
      <line class="axis" x1={LEFT} x2={W - 12} y1={H - BOTTOM} y2={H - BOTTOM} />
      <For each={decades()}>
        {(d) => (
          <text class="tick" x={x()(d)} y={H - BOTTOM + 14} text-anchor="middle">{dose(10 ** d)}</text>
        )}
      </For>
      <text class="panel-title" x={(LEFT + W) / 2} y={H - 8} text-anchor="middle">{props.x}</text>
      <path class="curve bench" d={path()} />
      <For each={props.points}>
        {(p) => (
          <Show when={p.dose > 0}>
            <circle class="datum" cx={x()(Math.log10(p.dose))} cy={y()(p.y)} r={3} />
          </Show>
        )}
      </For>
    </svg>
  );
}
