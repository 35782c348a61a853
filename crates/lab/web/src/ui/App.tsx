// Frame of the page: screens, undo, link, theme, evidence card.
import { createEffect, createResource, createSignal, For, lazy, onMount, Show, Suspense, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { getJson, LabError } from "../api/client";
import type { Catalog } from "../api/types";
import { Bench, cellLabel, treatmentText } from "../bench/Bench";
import { canRedo, canUndo, keepAddress, keepHistory, keepRunning, link, readAddress, redo, setView, undo, view, type Tab } from "../state/lab";
import { EvidenceCard } from "./EvidenceCard";

type Screen = (props: { catalog: Catalog }) => JSX.Element;

const SCREENS: [Tab, string, Screen][] = [
  ["bench", "Bench", Bench],
  ["experiments", "Experiments", lazy(() => import("../pages/Experiments").then((m) => ({ default: m.Experiments })))],
  ["findings", "Findings", lazy(() => import("../pages/Findings").then((m) => ({ default: m.Findings })))],
  ["matrix", "Matrix", lazy(() => import("../pages/Matrix").then((m) => ({ default: m.Matrix })))],
  ["tumour", "Tumours", lazy(() => import("../pages/Tumour").then((m) => ({ default: m.Tumour })))],
  ["data", "My data", lazy(() => import("../pages/Data").then((m) => ({ default: m.Data })))],
  ["model", "My model", lazy(() => import("../pages/Model").then((m) => ({ default: m.Model })))],
  ["history", "History", lazy(() => import("../pages/History").then((m) => ({ default: m.History })))],
];

export function App() {
  const [catalog] = createResource(() => getJson<Catalog>("/api/catalog"));
  return (
    <Show when={!catalog.error} fallback={<Unreachable error={catalog.error as Error} />}>
      <Show when={catalog()} fallback={<p class="waiting">opening the lab …</p>}>
        {(ready) => <Lab catalog={ready()} />}
      </Show>
    </Show>
  );
}

function Unreachable(props: { error: Error }) {
  return (
    <main class="waiting" role="alert">
      <h1>{props.error.message}</h1>
      <p>{props.error instanceof LabError ? props.error.help : ""}</p>
    </main>
  );
}

function Lab(props: { catalog: Catalog }) {
  readAddress(props.catalog);
  keepAddress();
  keepRunning();
  keepHistory(() => `${cellLabel(props.catalog)}: ${treatmentText(props.catalog)}`);
  const [copied, setCopied] = createSignal("");
  const [dark, setDark] = createSignal(preference());
  createEffect(() => {
    document.documentElement.dataset["theme"] = dark() ? "dark" : "light";
  });
  onMount(() => {
    window.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type !== "range";
      if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    });
  });
  const share = async () => {
    await navigator.clipboard.writeText(link());
    setCopied("link copied");
    setTimeout(() => setCopied(""), 2000);
  };
  const screen = () => SCREENS.find(([id]) => id === view.tab)?.[2] ?? Bench;
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => (e.preventDefault(), document.getElementById("main")?.focus())}>
        Skip to the content
      </a>
      <header class="top">
        <h1>
          resurge <span>lab</span>
        </h1>
        <nav aria-label="Screens">
          <For each={SCREENS}>
            {([id, name]) => (
              <button type="button" aria-current={view.tab === id ? "page" : undefined} onClick={() => setView("tab", id)}>
                {name}
              </button>
            )}
          </For>
        </nav>
        <div class="tools">
          <button type="button" disabled={!canUndo()} onClick={undo} title="Undo (Ctrl+Z)">
            Undo
          </button>
          <button type="button" disabled={!canRedo()} onClick={redo} title="Redo (Ctrl+Shift+Z)">
            Redo
          </button>
          <button type="button" onClick={() => void share()}>
            {copied() || "Copy link"}
          </button>
          <button
            type="button"
            onClick={() => {
              setDark(!dark());
              localStorage.setItem("theme", dark() ? "dark" : "light");
            }}
          >
            {dark() ? "Light" : "Dark"}
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p class="waiting">…</p>}>
          <Dynamic component={screen()} catalog={props.catalog} />
        </Suspense>
      </main>
      <footer>
        resurge {props.catalog.version}: {props.catalog.model.species} species, {props.catalog.model.reactions} reactions, network{" "}
        {props.catalog.model.hash.slice(0, 12)}. Everything here is computed; nothing is a measurement, and nothing is advice for patients.
      </footer>
      <EvidenceCard catalog={props.catalog} />
    </>
  );
}

function preference(): boolean {
  const chosen = localStorage.getItem("theme");
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
