// When a drug is there: bars on a strip, dragged by pointer or keys, or typed.
import { createSignal, For, Show } from "solid-js";
import { plain } from "../plot/numbers";
import { beginChange, change, editAgent, setDragging, view } from "../state/lab";

const WIDTH = 240;

export function Schedule(props: { index: number; label: string }) {
  const [typing, setTyping] = createSignal(false);
  let strip!: SVGSVGElement;
  const end = () => view.scenario.hours;
  const used = () => view.scenario.agents[props.index]!;
  const step = () => (end() <= 24 ? 0.5 : end() <= 72 ? 1 : 6);
  const px = (t: number) => (t / end()) * WIDTH;
  const hour = (clientX: number) => {
    const box = strip.getBoundingClientRect();
    const t = ((clientX - box.left) / box.width) * end();
    return Math.max(0, Math.min(end(), Math.round(t / step()) * step()));
  };
  /** Moves one end of a pulse, not over its neighbours. */
  const move = (pulse: number, side: 0 | 1, t: number) => {
    const pulses = used().pulses.map((p) => [p[0], p[1]] as [number, number]);
    const [low, high] = side === 0 ? [pulses[pulse - 1]?.[1] ?? 0, pulses[pulse]![1] - step()] : [pulses[pulse]![0] + step(), pulses[pulse + 1]?.[0] ?? end()];
    pulses[pulse]![side] = Math.max(low, Math.min(high, t));
    editAgent(props.index, { pulses });
  };
  const add = () =>
    change((s) => {
      const pulses = s.agents[props.index]!.pulses;
      const last = pulses.at(-1);
      if (!last) pulses.push([0, s.hours]);
      else if (last[1]! >= s.hours) {
        const middle = Math.round((last[0]! + (s.hours - last[0]!) / 3) / step()) * step();
        last[1] = Math.max(last[0]! + step(), middle);
        const start = Math.min(s.hours - step(), last[1]! + (s.hours - last[1]!) / 2);
        pulses.push([Math.round(start / step()) * step(), s.hours]);
      } else pulses.push([Math.round((last[1]! + (s.hours - last[1]!) / 2) / step()) * step(), s.hours]);
    });
  const drag = (event: PointerEvent, pulse: number, side: 0 | 1) => {
    event.preventDefault();
    beginChange();
    setDragging(true);
    const go = (e: PointerEvent) => move(pulse, side, hour(e.clientX));
    const stop = () => {
      setDragging(false);
      window.removeEventListener("pointermove", go);
    };
    window.addEventListener("pointermove", go);
    window.addEventListener("pointerup", stop, { once: true });
  };
  const keys = (event: KeyboardEvent, pulse: number, side: 0 | 1) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -6, PageUp: 6 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    beginChange();
    move(pulse, side, used().pulses[pulse]![side]! + by * step());
  };
  return (
    <div class="schedule">
      <svg ref={strip} viewBox={`0 0 ${WIDTH} 20`} preserveAspectRatio="none" role="group" aria-label={`Schedule of ${props.label}`}>
        <rect class="strip" x={0} y={5} width={WIDTH} height={10} rx={5} />
        <For each={used().pulses}>
          {(pulse, i) => (
            <g>
              <rect class="pulse" x={px(pulse[0]!)} y={5} width={Math.max(2, px(pulse[1]!) - px(pulse[0]!))} height={10} rx={3} />
              <For each={[0, 1] as const}>
                {(side) => (
                  <rect
                    class="handle"
                    x={Math.max(0, Math.min(WIDTH - 6, px(pulse[side]!) - 3))}
                    y={1}
                    width={6}
                    height={18}
                    rx={3}
                    role="slider"
                    tabIndex={0}
                    aria-label={`${side === 0 ? "Start" : "End"} of ${props.label}${used().pulses.length > 1 ? `, pulse ${i() + 1}` : ""}`}
                    aria-valuemin={0}
                    aria-valuemax={end()}
                    aria-valuenow={pulse[side]!}
                    aria-valuetext={`${plain(pulse[side]!)} h`}
                    onPointerDown={(e) => drag(e, i(), side)}
                    onKeyDown={(e) => keys(e, i(), side)}
                  />
                )}
              </For>
            </g>
          )}
        </For>
      </svg>
      <div class="schedule-text">
        <button type="button" class="link" aria-expanded={typing()} onClick={() => setTyping(!typing())}>
          <For each={used().pulses}>
            {(p, i) => (
              <>
                {i() > 0 ? ", " : ""}
                {plain(p[0]!)}–{p[1]! >= end() ? "end" : `${plain(p[1]!)} h`}
              </>
            )}
          </For>
        </button>
        <button type="button" class="link" onClick={add}>
          + pulse
        </button>
      </div>
      <Show when={typing()}>
        <For each={used().pulses}>
          {(p, i) => (
            <div class="typed">
              <For each={[0, 1] as const}>
                {(side) => (
                  <input
                    type="number"
                    min={0}
                    max={end()}
                    step="any"
                    value={p[side]}
                    aria-label={`${side === 0 ? "Start" : "End"} in hours, pulse ${i() + 1} of ${props.label}`}
                    onChange={(e) => (beginChange(), move(i(), side, Number(e.currentTarget.value)))}
                  />
                )}
              </For>
              <span>h</span>
              <Show when={used().pulses.length > 1}>
                <button type="button" class="remove" aria-label={`Remove pulse ${i() + 1}`} onClick={() => change((s) => s.agents[props.index]!.pulses.splice(i(), 1))}>
                  ×
                </button>
              </Show>
            </div>
          )}
        </For>
      </Show>
    </div>
  );
}
