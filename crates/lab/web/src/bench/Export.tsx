// What can be taken away: figure, table, experiment file, methods, report.
import { createSignal, For, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import type { Catalog } from "../api/types";
import { csv, pdf, png, save, sheet } from "../plot/export";
import { curves, link, view } from "../state/lab";
import { methods, report, toml } from "./experiment";

export function Export(props: { catalog: Catalog; title: string }) {
  const [said, say] = createSignal("");
  const name = () => `resurge-${view.scenario.cell}-${view.scenario.agents.map((a) => a.agent).join("-") || "untreated"}`.replace(/[^\w.-]+/g, "_");
  const drawing = () => sheet(document.querySelector("main")!, props.title);
  const readouts = () => props.catalog.readouts.filter((r) => view.readouts.includes(r.id));
  const file = () => toml(unwrap(view.scenario), view.readouts, props.title);
  const paragraph = () => methods(props.catalog, view.scenario, curves());
  const sentence = () => document.querySelector(".sentence")?.textContent ?? "";
  const actions: [string, string, () => void | Promise<void>][] = [
    ["SVG", "Figure as SVG", () => save(`${name()}.svg`, drawing(), "image/svg+xml")],
    ["PNG", "Figure as PNG", async () => save(`${name()}.png`, await png(drawing()), "image/png")],
    ["PDF", "Figure as PDF", async () => save(`${name()}.pdf`, await pdf(drawing()), "application/pdf")],
    ["CSV", "Curves as CSV", () => save(`${name()}.csv`, csv(curves()!, readouts()), "text/csv")],
    ["TOML", "Experiment file for resurge run", () => save("bench.toml", file(), "application/toml")],
    ["Report", "Report as one HTML file", () => save(`${name()}.html`, report(props.title, sentence(), drawing(), paragraph(), file()), "text/html")],
    [
      "Methods",
      "Copy a methods paragraph",
      async () => {
        await navigator.clipboard.writeText(`${paragraph()}\n${link()}\n`);
        say("copied");
      },
    ],
  ];
  const run = async (action: () => void | Promise<void>) => {
    say("");
    try {
      await action();
    } catch (error) {
      say(`not made: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <div class="actions export" role="group" aria-label="Take away">
      <For each={actions}>
        {([label, title, action]) => (
          <button type="button" title={title} aria-label={title} disabled={!curves()} onClick={() => void run(action)}>
            {label}
          </button>
        )}
      </For>
      <Show when={said()}>
        <span class="note" role="status">
          {said()}
        </span>
      </Show>
    </div>
  );
}
