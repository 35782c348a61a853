// The tray: cell, drugs with dose and schedule, ligands, genes, mutations.
import { createMemo, createUniqueId, For, Show } from "solid-js";
import type { AgentFacts, Catalog } from "../api/types";
import { parseDose, plain, unitOf } from "../plot/numbers";
import { beginChange, change, editAgent, setDragging, showCard, view } from "../state/lab";
import { Schedule } from "./Schedule";

/** Decades below the highest dose that the slider covers. */
const DECADES = 5;
const STEPS = 500;

export function Tray(props: { catalog: Catalog }) {
  const cell = () => props.catalog.cells.find((c) => c.id === view.scenario.cell);
  const facts = (id: string) =>
    [...props.catalog.drugs, ...props.catalog.ligands].find((a) => a.id === id);
  return (
    <section class="tray" aria-label="Treatment">
      <div class="field">
        <label for="cell">Cell</label>
        <select id="cell" value={view.scenario.cell} onChange={(e) => change((s) => (s.cell = e.currentTarget.value))}>
          <For each={props.catalog.cells}>{(c) => <option value={c.id}>{c.label}</option>}</For>
        </select>
      </div>
      <Show when={cell()}>
        {(c) => (
          <p class="note">
            {c().genotype || c().about}
          </p>
        )}
      </Show>
      <div class="field">
        <label for="hours">Follow for</label>
        <select
          id="hours"
          value={String(view.scenario.hours)}
          onChange={(e) => change((s) => setHours(s, Number(e.currentTarget.value)))}
        >
          <For each={[...new Set([4, 8, 24, 48, 72, 168, view.scenario.hours])].sort((a, b) => a - b)}>
            {(h) => <option value={h}>{h < 72 ? `${h} h` : `${plain(h / 24)} days`}</option>}
          </For>
        </select>
      </div>
      <For each={view.scenario.agents}>
        {(used, index) => (
          <Show when={facts(used.agent)}>{(agent) => <AgentCard agent={agent()} index={index()} />}</Show>
        )}
      </For>
      <AddAgent catalog={props.catalog} />
      <Genes catalog={props.catalog} />
      <Parameters />
    </section>
  );
}

function setHours(s: { hours: number; agents: { pulses: number[][] }[] }, hours: number): void {
  for (const agent of s.agents) {
    for (const pulse of agent.pulses) if (pulse[1]! >= s.hours) pulse[1] = hours;
    agent.pulses = agent.pulses.filter((p) => p[0]! < hours).map((p) => [p[0]!, Math.min(p[1]!, hours)]);
    if (!agent.pulses.length) agent.pulses = [[0, hours]];
  }
  s.hours = hours;
}

function AgentCard(props: { agent: AgentFacts; index: number }) {
  const id = createUniqueId();
  const used = () => view.scenario.agents[props.index]!;
  const top = createMemo(() => props.agent.max_dose_nm ?? 1e4);
  const bottom = () => top() / 10 ** DECADES;
  const position = () => {
    const d = used().dose_nm;
    if (d <= 0) return 0;
    return Math.max(1, Math.min(STEPS, Math.round((Math.log10(d / bottom()) / DECADES) * STEPS)));
  };
  const unit = () => unitOf(used().dose_nm);
  const slide = (p: number) => {
    const d = p <= 0 ? 0 : bottom() * 10 ** ((p / STEPS) * DECADES);
    editAgent(props.index, { dose_nm: Number(d.toPrecision(3)) });
  };
  const type = (text: string, input: HTMLInputElement) => {
    const d = parseDose(text, unit()[0]);
    input.setCustomValidity(d === undefined ? "Write a number, perhaps with pM, nM, µM or mM" : "");
    input.reportValidity();
    if (d !== undefined) change((s) => (s.agents[props.index]!.dose_nm = d));
  };
  const ticks = () => Array.from({ length: DECADES + 1 }, (_, k) => bottom() * 10 ** k);
  return (
    <fieldset class="agent">
      <legend>
        <button type="button" class="link" onClick={() => showCard(props.agent.id)}>
          {props.agent.label}
        </button>
      </legend>
      <button
        type="button"
        class="remove"
        aria-label={`Remove ${props.agent.label}`}
        onClick={() => change((s) => s.agents.splice(props.index, 1))}
      >
        ×
      </button>
      <p class="note">{props.agent.class || "ligand"}</p>
      <div class="dose">
        <label for={`${id}-dose`} class="hidden">
          Dose of {props.agent.label}
        </label>
        <input
          id={`${id}-slide`}
          type="range"
          min={0}
          max={STEPS}
          value={position()}
          aria-label={`Dose of ${props.agent.label}, logarithmic`}
          aria-valuetext={`${plain(used().dose_nm / unit()[1])} ${unit()[0]}`}
          onPointerDown={() => (beginChange(), setDragging(true))}
          onPointerUp={() => setDragging(false)}
          onKeyDown={(e) => e.key.startsWith("Arrow") || e.key.startsWith("Page") ? beginChange() : undefined}
          onInput={(e) => slide(Number(e.currentTarget.value))}
          onChange={() => setDragging(false)}
        />
        <input
          id={`${id}-dose`}
          class="number"
          value={plain(used().dose_nm / unit()[1])}
          size={5}
          onChange={(e) => type(e.currentTarget.value, e.currentTarget)}
        />
        <span class="unit">{unit()[0].replace("u", "µ")}</span>
      </div>
      <div class="ticks" aria-hidden="true">
        <span class="zero">0</span>
        <For each={ticks()}>
          {(t, k) => (
            <Show when={k() > 0 && k() % 2 === 0}>
              <span style={{ left: `${(k() / DECADES) * 100}%` }}>
                {plain(t / unitOf(t)[1])} {unitOf(t)[0].replace("u", "µ")}
              </span>
            </Show>
          )}
        </For>
      </div>
      <Schedule index={props.index} label={props.agent.label} />
    </fieldset>
  );
}

function AddAgent(props: { catalog: Catalog }) {
  const classes = createMemo(() => [...new Set(props.catalog.drugs.map((d) => d.class))]);
  const free = (id: string) => !view.scenario.agents.some((a) => a.agent === id);
  const add = (id: string) => {
    if (!id) return;
    const ligand = props.catalog.ligands.some((l) => l.id === id);
    change((s) => s.agents.push({ agent: id, dose_nm: ligand ? 10 : 0, pulses: [[0, s.hours]] }));
  };
  return (
    <div class="field">
      <label for="add-agent" class="hidden">
        Add a drug or ligand
      </label>
      <select id="add-agent" class="add" value="" onChange={(e) => (add(e.currentTarget.value), (e.currentTarget.value = ""))}>
        <option value="">+ drug or ligand</option>
        <For each={classes()}>
          {(name) => (
            <optgroup label={name}>
              <For each={props.catalog.drugs.filter((d) => d.class === name && free(d.id))}>
                {(d) => <option value={d.id}>{d.label}</option>}
              </For>
            </optgroup>
          )}
        </For>
        <optgroup label="ligands and nutrients">
          <For each={props.catalog.ligands.filter((l) => free(l.id))}>{(l) => <option value={l.id}>{l.label}</option>}</For>
        </optgroup>
      </select>
    </div>
  );
}

/** Numbers of the model that differ from the table, as a refit sets them. */
function Parameters() {
  return (
    <For each={view.scenario.parameters}>
      {(own, index) => (
        <div class="gene-dose">
          <button type="button" class="link" onClick={() => showCard(own.name)}>
            {own.name}
          </button>
          <span class="note">= {plain(own.value)}</span>
          <button type="button" class="remove" aria-label={`Restore ${own.name}`} onClick={() => change((s) => s.parameters.splice(index(), 1))}>
            ×
          </button>
        </div>
      )}
    </For>
  );
}

function Genes(props: { catalog: Catalog }) {
  const gene = (id: string) => props.catalog.genes.find((g) => g.id === id)?.label ?? id;
  return (
    <>
      <For each={view.scenario.genes}>
        {(dose, index) => (
          <div class="gene-dose">
            <button type="button" class="link" onClick={() => showCard(dose.gene)}>
              {gene(dose.gene)}
            </button>
            <label class="hidden" for={`gene-${dose.gene}`}>
              Product of {gene(dose.gene)} relative to the cell
            </label>
            <select
              id={`gene-${dose.gene}`}
              value={String(dose.fold)}
              onChange={(e) => change((s) => (s.genes[index()]!.fold = Number(e.currentTarget.value)))}
            >
              <For each={[...new Set([0, 0.1, 0.25, 0.5, 2, 4, 10, dose.fold])].sort((a, b) => a - b)}>
                {(f) => <option value={f}>{f === 0 ? "knock-out" : f < 1 ? `knock-down to ${plain(f * 100)} %` : `${f} × over-expressed`}</option>}
              </For>
            </select>
            <button type="button" class="remove" aria-label={`Restore ${gene(dose.gene)}`} onClick={() => change((s) => s.genes.splice(index(), 1))}>
              ×
            </button>
          </div>
        )}
      </For>
      <For each={view.scenario.mutations}>
        {(id, index) => (
          <div class="gene-dose">
            <button type="button" class="link" onClick={() => showCard(id)}>
              {props.catalog.mutations.find((m) => m.id === id)?.label ?? id}
            </button>
            <span class="note">mutation</span>
            <button type="button" class="remove" aria-label={`Remove ${id}`} onClick={() => change((s) => s.mutations.splice(index(), 1))}>
              ×
            </button>
          </div>
        )}
      </For>
      <div class="pair">
        <select
          class="add"
          aria-label="Add a knock-down or over-expression"
          onChange={(e) => {
            const id = e.currentTarget.value;
            if (id) change((s) => s.genes.push({ gene: id, fold: 0.25 }));
            e.currentTarget.value = "";
          }}
        >
          <option value="">+ gene dose</option>
          <For each={props.catalog.genes.filter((g) => !view.scenario.genes.some((d) => d.gene === g.id))}>
            {(g) => <option value={g.id}>{g.label}</option>}
          </For>
        </select>
        <select
          class="add"
          aria-label="Add a mutation"
          onChange={(e) => {
            const id = e.currentTarget.value;
            if (id) change((s) => s.mutations.push(id));
            e.currentTarget.value = "";
          }}
        >
          <option value="">+ mutation</option>
          <For each={props.catalog.mutations.filter((m) => !view.scenario.mutations.includes(m.id))}>
            {(m) => <option value={m.id}>{m.label}</option>}
          </For>
        </select>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={view.scenario.serum_free}
          onChange={(e) => change((s) => (s.serum_free = e.currentTarget.checked))}
        />
        without serum from 0 h
      </label>
    </>
  );
}
