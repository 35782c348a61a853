// What the page shows and what it asks for: one store, in the address, with undo.
import { createEffect, createSignal, on } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { LabError, page, postCurves, postJson, type Curves } from "../api/client";
import type { AgentUse, Catalog, Scenario, TumourArm } from "../api/types";
import type { Side } from "../pages/doses";

export type Tab = "bench" | "experiments" | "findings" | "matrix" | "tumour" | "data" | "model" | "history";

/** Everything that a link restores. */
export interface View {
  tab: Tab;
  scenario: Scenario;
  /** Read-outs with a plot. */
  readouts: string[];
  /** Hour shown on the map. */
  hour: number;
  /** What the tumour screen asks; missing: its first experiment as published. */
  tumour?: { id: string; arms: TumourArm[]; animals: number; seed: number };
  /** What the matrix asks; missing: two drugs of the bench in their usual doses. */
  matrix?: { a: Side; b: Side; readout: string; hour: number };
}

const FIRST_READOUTS = ["pAKT_T308", "pAKT_S473", "pS6K", "p4EBP1", "pHER3", "pERK", "FOXO_activity", "HER3_mRNA"];

const empty = (): Scenario => ({ cell: "BT-474", hours: 24, agents: [], genes: [], mutations: [], serum_free: false, parameters: [] });

export const [view, setView] = createStore<View>({
  tab: "bench",
  scenario: empty(),
  readouts: FIRST_READOUTS,
  hour: 24,
});

export const [curves, setCurves] = createSignal<Curves>();
/** Curves of the setting before the last change. */
export const [ghost, setGhost] = createSignal<Curves>();
export const [problem, setProblem] = createSignal<LabError>();
export const [dragging, setDragging] = createSignal(false);
export const [busy, setBusy] = createSignal(false);
export const [card, showCard] = createSignal<string>();

// --- undo ---------------------------------------------------------------------------------------------------

interface Snapshot {
  scenario: Scenario;
  readouts: string[];
}

const past: string[] = [];
const future: string[] = [];
const [depths, setDepths] = createSignal({ undo: 0, redo: 0 });
export const canUndo = () => depths().undo > 0;
export const canRedo = () => depths().redo > 0;

function snapshot(): string {
  const now: Snapshot = { scenario: view.scenario, readouts: view.readouts };
  return JSON.stringify(now);
}

/** Remembers the setting before a change; the curves of that setting stay as a ghost. */
export function beginChange(): void {
  const now = snapshot();
  if (past.at(-1) !== now) past.push(now);
  if (past.length > 200) past.shift();
  future.length = 0;
  setDepths({ undo: past.length, redo: 0 });
  setGhost(curves());
}

function restore(from: string[], to: string[]): void {
  const now = snapshot();
  let next = from.pop();
  while (next === now) next = from.pop();
  if (next !== undefined) {
    to.push(now);
    setGhost(curves());
    const { scenario, readouts } = JSON.parse(next) as Snapshot;
    setView("scenario", reconcile(scenario));
    setView("readouts", readouts);
  }
  setDepths({ undo: past.length, redo: future.length });
}

export const undo = () => restore(past, future);
export const redo = () => restore(future, past);

/** A change that is done at once. */
export function change(edit: (scenario: Scenario) => void): void {
  beginChange();
  const next = structuredClone(unwrap(view.scenario));
  edit(next);
  setView("scenario", reconcile(next));
}

/** A change in small steps: beginChange() came before. */
export function editAgent(index: number, part: Partial<AgentUse>): void {
  setView("scenario", "agents", index, part);
}

/** Puts a whole treatment on the bench. */
export function openScenario(scenario: Scenario, readouts?: string[]): void {
  beginChange();
  setView("scenario", reconcile({ ...empty(), ...structuredClone(unwrap(scenario)) }));
  if (readouts) setView("readouts", readouts.slice(0, 8));
  setView({ tab: "bench", hour: scenario.hours });
}

// --- the address --------------------------------------------------------------------------------------------

/** The address that restores this view. */
export function link(): string {
  const { tab, scenario, readouts, hour, tumour, matrix } = view;
  return `${location.origin}/#${encodeURIComponent(JSON.stringify({ tab, scenario, readouts, hour, tumour, matrix }))}`;
}

export function readAddress(catalog: Catalog): void {
  const known = new Set(catalog.readouts.map((r) => r.id));
  setView("readouts", (all) => all.filter((id) => known.has(id)));
  if (location.hash.length < 2) return;
  try {
    const saved = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Partial<View>;
    if (saved.scenario) setView("scenario", reconcile({ ...empty(), ...saved.scenario }));
    if (saved.readouts) setView("readouts", saved.readouts.filter((id) => known.has(id)));
    if (saved.tab) setView("tab", saved.tab);
    if (typeof saved.hour === "number") setView("hour", saved.hour);
    if (saved.tumour) setView("tumour", saved.tumour);
    if (saved.matrix && known.has(saved.matrix.readout)) setView("matrix", saved.matrix);
  } catch {
    setProblem(new LabError(0, "the address holds no setting that can be read", "the bench starts empty"));
  }
}

let writing = 0;
export function keepAddress(): void {
  createEffect(() => {
    const address = link();
    clearTimeout(writing);
    writing = window.setTimeout(() => history.replaceState(null, "", address), 300);
  });
}

// --- history --------------------------------------------------------------------------------------------------

/** A setting that stays this long is kept. */
const SETTLED_MS = 4000;

export function keepHistory(title: () => string): void {
  let timer = 0;
  createEffect(() => {
    const kept = snapshot();
    const name = title();
    clearTimeout(timer);
    if (name.endsWith(": no treatment")) return;
    timer = window.setTimeout(() => {
      // A full disk must not stop the bench; the history screen says what is wrong.
      postJson("/api/history", { title: name.slice(0, 300), view: kept }).catch((error: unknown) => console.warn(error));
    }, SETTLED_MS);
  });
}

// --- runs: one under way, the newest waiting ---------------------------------------------------------------

/** A run older than this is given up when a newer one waits. */
const PATIENCE_MS = 250;

/** Grows with each run of this page. */
let number = 0;
let running: AbortController | undefined;
let startedAt = 0;
let waiting: { scenario: Scenario; since: number } | undefined;

export function keepRunning(): void {
  createEffect(
    on(
      () => JSON.stringify(view.scenario),
      (text) => request(JSON.parse(text) as Scenario),
    ),
  );
}

function request(scenario: Scenario): void {
  waiting = { scenario, since: performance.now() };
  if (running && performance.now() - startedAt > PATIENCE_MS) running.abort();
  if (!running) void next();
}

async function next(): Promise<void> {
  while (waiting) {
    const { scenario, since } = waiting;
    waiting = undefined;
    running = new AbortController();
    startedAt = performance.now();
    setBusy(true);
    try {
      const answer = await postCurves("/api/run", { page, number: ++number, scenario }, running.signal);
      setProblem(undefined);
      setCurves(answer);
      // From the change to the frame that shows it: the budget is checked from these marks.
      requestAnimationFrame(() => performance.measure("change-to-curve", { start: since, end: performance.now() }));
    } catch (error) {
      if (error instanceof LabError && error.status !== 409) setProblem(error);
      else if (!(error instanceof LabError) && !(error instanceof DOMException)) throw error;
    }
    running = undefined;
  }
  setBusy(false);
}
