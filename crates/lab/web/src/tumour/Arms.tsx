// The arms of an experiment in animals: drugs, doses, routes, schedules.
import { For, Show } from "solid-js";
import type { AnimalDrug, Given, TumourArm } from "../api/types";
import { plain } from "../plot/numbers";
import { daysOf, PATTERNS, patternOf } from "./schedule";

interface Props {
  arms: TumourArm[];
  /** What else is done in the arm of the experiment that an arm is based on. */
  also: (base: string) => string[];
  drugs: AnimalDrug[];
  days: number;
  onChange: (arms: TumourArm[]) => void;
}

const MOST_ARMS = 8;

export function Arms(props: Props) {
  const edit = (k: number, part: (arm: TumourArm) => TumourArm) => props.onChange(props.arms.map((arm, i) => (i === k ? part(arm) : arm)));
  const editGiven = (k: number, g: number, part: Partial<Given>) =>
    edit(k, (arm) => ({ ...arm, given: arm.given.map((x, i) => (i === g ? { ...x, ...part } : x)) }));
  const first = (): Given => {
    const drug = props.drugs[0]!;
    return { drug: drug.id, mg_per_kg: 50, route: drug.routes[0]!, days: daysOf(PATTERNS[1]!, 0, Math.floor(props.days) + 1, props.days) };
  };
  return (
    <div class="arms">
      <For each={props.arms}>
        {(arm, k) => (
          <fieldset class={`tumour-arm arm-${k() % 8}`}>
            <legend>
              <svg viewBox="0 0 26 8" aria-hidden="true">
                <line class={`curve arm arm-${k() % 8}`} x1="1" x2="25" y1="4" y2="4" />
              </svg>
              <input type="text" value={arm.label} maxLength={60} aria-label={`Name of arm ${k() + 1}`} onChange={(e) => edit(k(), (a) => ({ ...a, label: e.currentTarget.value }))} />
              <Show when={props.arms.length > 1}>
                <button type="button" class="link" aria-label={`Remove arm ${arm.label}`} onClick={() => props.onChange(props.arms.filter((_, i) => i !== k()))}>
                  remove
                </button>
              </Show>
            </legend>
            <For each={arm.given}>
              {(given, g) => (
                <GivenRow
                  given={given}
                  drugs={props.drugs}
                  end={props.days}
                  onChange={(part) => editGiven(k(), g(), part)}
                  onRemove={() => edit(k(), (a) => ({ ...a, given: a.given.filter((_, i) => i !== g()) }))}
                />
              )}
            </For>
            <Show when={props.also(arm.base).length > 0}>
              <p class="note">also: {props.also(arm.base).join(", ")}</p>
            </Show>
            <button type="button" class="link" onClick={() => edit(k(), (a) => ({ ...a, given: [...a.given, first()] }))}>
              add a drug
            </button>
          </fieldset>
        )}
      </For>
      <button
        type="button"
        disabled={props.arms.length >= MOST_ARMS}
        onClick={() => props.onChange([...props.arms, { ...structuredClone(JSON.parse(JSON.stringify(props.arms.at(-1)!))), label: `arm ${props.arms.length + 1}` }])}
      >
        Add an arm
      </button>
    </div>
  );
}

function GivenRow(props: { given: Given; drugs: AnimalDrug[]; end: number; onChange: (part: Partial<Given>) => void; onRemove: () => void }) {
  const drug = () => props.drugs.find((d) => d.id === props.given.drug);
  const pattern = () => patternOf(props.given.days);
  const from = () => props.given.days[0] ?? 0;
  const schedule = (id: string, start: number, doses: number) => {
    const chosen = PATTERNS.find((p) => p.id === id);
    if (chosen) props.onChange({ days: daysOf(chosen, start, doses, props.end) });
  };
  const name = () => drug()?.label ?? props.given.drug;
  return (
    <div class="given">
      <select
        value={props.given.drug}
        aria-label="Drug"
        onChange={(e) => {
          const next = props.drugs.find((d) => d.id === e.currentTarget.value)!;
          props.onChange({ drug: next.id, route: next.routes.includes(props.given.route) ? props.given.route : next.routes[0]! });
        }}
      >
        <For each={props.drugs}>{(d) => <option value={d.id} selected={d.id === props.given.drug}>{d.label}</option>}</For>
      </select>
      <label>
        <input
          type="number"
          min={0}
          max={10000}
          step="any"
          value={Number(props.given.mg_per_kg.toPrecision(4))}
          aria-label={`Dose of ${name()} in mg/kg`}
          onChange={(e) => Number.isFinite(e.currentTarget.valueAsNumber) && props.onChange({ mg_per_kg: Math.max(0, e.currentTarget.valueAsNumber) })}
        />
        mg/kg
      </label>
      <select value={props.given.route} aria-label={`Route of ${name()}`} onChange={(e) => props.onChange({ route: e.currentTarget.value })}>
        <For each={drug()?.routes ?? []}>{(r) => <option value={r} selected={r === props.given.route}>{r}</option>}</For>
      </select>
      <select value={pattern()?.id ?? "own"} aria-label={`How often ${name()} is given`} onChange={(e) => schedule(e.currentTarget.value, from(), Math.ceil(props.end) + 1)}>
        <Show when={!pattern()}>
          <option value="own">days {props.given.days.map(plain).join(", ")}</option>
        </Show>
        <For each={PATTERNS}>{(p) => <option value={p.id} selected={p.id === pattern()?.id}>{p.label}</option>}</For>
      </select>
      <Show when={pattern() && pattern()!.id !== "once"}>
        <label>
          <input
            type="number"
            min={1}
            max={400}
            value={props.given.days.length}
            aria-label={`Doses of ${name()}`}
            onChange={(e) => e.currentTarget.valueAsNumber >= 1 && schedule(pattern()!.id, from(), Math.min(400, Math.floor(e.currentTarget.valueAsNumber)))}
          />
          doses
        </label>
      </Show>
      <label>
        from day
        <input
          type="number"
          min={0}
          max={props.end}
          value={from()}
          aria-label={`First day of ${name()}`}
          onChange={(e) => {
            const start = e.currentTarget.valueAsNumber;
            if (start >= 0 && start <= props.end) schedule(pattern()?.id ?? "daily", start, props.given.days.length);
          }}
        />
      </label>
      <button type="button" class="link" aria-label={`Remove ${name()}`} onClick={props.onRemove}>
        remove
      </button>
    </div>
  );
}
