// A virtual blot: bands whose darkness follows the read-outs.
import { createMemo, For } from "solid-js";
import type { Curves } from "../api/client";
import type { Readout } from "../api/types";
import { at, fold } from "../plot/numbers";

const LANES_OF_DAY = [0, 0.5, 1, 2, 4, 8, 12, 24];
const LANE = 42;
const ROW = 27;
const LABELS = 118;
const TOP = 36;

export function Blot(props: { curves: Curves; readouts: Readout[]; hours: number; treatment: string }) {
  const hours = createMemo(() => LANES_OF_DAY.map((t) => (props.hours === 24 ? t : (t / 24) * props.hours)));
  const lanes = createMemo(() => [{ arm: 0, hour: props.hours }, ...hours().map((hour) => ({ arm: 1, hour }))]);
  const rows = createMemo(() =>
    props.readouts.map((readout) => {
      const signal = (arm: number, hour: number) => {
        const values = props.curves.arms[arm]?.values.get(readout.id);
        return values ? at(props.curves.times, values, hour) : NaN;
      };
      const signals = lanes().map((l) => signal(l.arm, l.hour));
      const top = Math.max(...signals.filter(Number.isFinite), 1e-30);
      return { readout, signals, top, start: signal(0, 0) };
    }),
  );
  const height = () => TOP + rows().length * ROW + 6;
  const width = LABELS + 9 * LANE + 12;
  const name = (hour: number) => (hour < 1 && hour > 0 ? `${Math.round(hour * 60)}'` : String(Math.round(hour * 10) / 10));
  return (
    <svg class="blot" viewBox={`0 0 ${width} ${height()}`} role="img" aria-label={`Virtual blot: ${props.treatment}`}>
      <defs>
        <filter id="smear" x="-20%" y="-60%" width="140%" height="220%">
          <feGaussianBlur stdDeviation="1.5 0.9" />
        </filter>
      </defs>
      <text class="lane-head" x={LABELS + LANE / 2} y={13} text-anchor="middle">
        none
      </text>
      <text class="lane-head" x={LABELS + 8 + LANE + 4 * LANE} y={13} text-anchor="middle">
        {props.treatment}
      </text>
      <line class="axis" x1={LABELS + 10 + LANE} x2={LABELS + 6 + 9 * LANE} y1={18} y2={18} />
      <For each={lanes()}>
        {(lane, i) => (
          <text class="tick" x={LABELS + (i() ? 8 : 0) + (i() + 0.5) * LANE} y={31} text-anchor="middle">
            {name(lane.hour)}
            {i() === 0 ? " h" : ""}
          </text>
        )}
      </For>
      <For each={rows()}>
        {(row, r) => (
          <g transform={`translate(0 ${TOP + r() * ROW})`}>
            <text class="row-label" x={LABELS - 8} y={17} text-anchor="end">
              {row.readout.label}
            </text>
            <rect class="film" x={LABELS} y={2} width={LANE} height={ROW - 4} />
            <rect class="film" x={LABELS + LANE + 8} y={2} width={8 * LANE} height={ROW - 4} />
            <For each={row.signals}>
              {(signal, i) => (
                <g>
                  <rect
                    class="band"
                    filter="url(#smear)"
                    x={LABELS + (i() ? 8 : 0) + i() * LANE + 5}
                    y={ROW / 2 - 2 - 3 * Math.sqrt(Math.max(0, signal / row.top))}
                    width={LANE - 10}
                    height={2 + 6 * Math.sqrt(Math.max(0, signal / row.top))}
                    rx={4}
                    opacity={Number.isFinite(signal) ? Math.min(1, 0.02 + 0.94 * (signal / row.top) ** 0.8) : 0}
                  />
                  <title>{`${row.readout.label}: ${fold(signal / row.start)} × untreated at 0 h`}</title>
                </g>
              )}
            </For>
          </g>
        )}
      </For>
    </svg>
  );
}
