// The treatment as an experiment file for `resurge run`, and the methods in words.
import type { Curves } from "../api/client";
import type { Catalog, Scenario } from "../api/types";
import { dose, hours, plain } from "../plot/numbers";

/** The experiment file of a treatment. */
export function toml(scenario: Scenario, readouts: string[], title: string): string {
  const text = (s: string) => JSON.stringify(s);
  const done: string[] = [];
  for (const mutation of scenario.mutations) done.push(`{ mutate = ${text(mutation)} }`);
  for (const g of scenario.genes) {
    if (g.fold === 0) done.push(`{ knock_out = ${text(g.gene)} }`);
    else if (g.fold < 1) done.push(`{ knock_down = ${text(g.gene)}, remaining = "${g.fold * 100} %" }`);
    else done.push(`{ over_express = ${text(g.gene)}, fold = "${g.fold} x" }`);
  }
  if (scenario.serum_free) done.push(`{ withdraw = "serum", at = "0 h" }`);
  for (const a of scenario.agents) {
    for (const [start, stop] of a.pulses as [number, number][]) {
      done.push(`{ set = ${text(a.agent)}, dose = "${a.dose_nm} nM", at = "${start} h" }`);
      if (stop < scenario.hours) done.push(`{ remove = ${text(a.agent)}, at = "${stop} h" }`);
    }
  }
  const own = scenario.parameters.map((p) => ` --set ${p.name}=${p.value}`).join("");
  return [
    ...(own ? [`# With numbers of its own: resurge run bench.toml${own}`, ``] : []),
    `id = "bench"`,
    `title = ${text(title)}`,
    `context = ${text(scenario.cell)}`,
    ``,
    `[sampling]`,
    `end = "${scenario.hours} h"`,
    `points = 145`,
    ``,
    `[[arm]]`,
    `id = "control"`,
    `label = "untreated"`,
    ``,
    `[[arm]]`,
    `id = "bench"`,
    `label = ${text(title)}`,
    `perturbations = [`,
    ...done.map((d) => `  ${d},`),
    `]`,
    ...readouts.flatMap((r) => [``, `[[readout]]`, `id = ${text(r)}`]),
    ``,
  ].join("\n");
}

/** A paragraph for a methods section. */
export function methods(catalog: Catalog, scenario: Scenario, curves: Curves | undefined): string {
  const cell = catalog.cells.find((c) => c.id === scenario.cell);
  const name = (id: string) => [...catalog.drugs, ...catalog.ligands].find((a) => a.id === id)?.label ?? id;
  const agents = scenario.agents
    .filter((a) => a.dose_nm > 0)
    .map((a) => `${name(a.agent)} at ${dose(a.dose_nm)} ${a.pulses.map((p) => `from ${hours(p[0]!)} to ${hours(p[1]!)}`).join(" and ")}`);
  const genes = scenario.genes.map((g) => `${g.gene} made at ${g.fold} times its rate`);
  const options = curves?.head.record.options ?? {};
  const record = curves?.head.record;
  return [
    `Simulations used resurge ${catalog.version} with its curated model (${catalog.model.species} species, ${catalog.model.reactions} reactions; network ${catalog.model.hash.slice(0, 12)}, parameters ${record?.parameters_hash.slice(0, 12) ?? "not run"}).`,
    `The cell was ${cell?.label ?? scenario.cell} (${cell?.genotype ?? ""}), first brought to rest without treatment, then followed for ${hours(scenario.hours)}.`,
    agents.length ? `Treatment: ${agents.join("; ")}; concentrations in the medium were held.` : "No drug was added.",
    genes.length || scenario.mutations.length ? `Before the experiment: ${[...genes, ...scenario.mutations].join("; ")}.` : "",
    scenario.serum_free ? "Serum was withdrawn at 0 h." : "",
    scenario.parameters.length ? `Parameters that differ from the table: ${scenario.parameters.map((p) => `${p.name} = ${plain(p.value)}`).join(", ")}.` : "",
    `Ordinary differential equations were integrated by ${options["method"] ?? "Rodas5P"} with relative tolerance ${options["rtol"] ?? ""} and absolute tolerance ${options["atol"] ?? ""} per step.`,
    "Values are relative to the untreated cell at 0 h unless a unit is given.",
  ]
    .filter(Boolean)
    .join(" ");
}

/** A report that opens without a network: words, figure, settings. */
export function report(title: string, sentence: string, figure: string, method: string, file: string): string {
  const escape = (s: string) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<style>body{font:15px/1.5 Inter,Helvetica,Arial,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem;color:#16202a}svg{max-width:100%;height:auto}pre{background:#f2f3f0;padding:1rem;overflow:auto}</style></head>
<body><h1>${escape(title)}</h1><p>${escape(sentence)}</p>${figure}<h2>Methods</h2><p>${escape(method)}</p>
<h2>Experiment file</h2><p>Save as bench.toml and run: resurge run bench.toml</p><pre>${escape(file)}</pre>
<p><small>Everything here is computed; nothing is a measurement, and nothing is advice for patients.</small></p></body></html>`;
}
