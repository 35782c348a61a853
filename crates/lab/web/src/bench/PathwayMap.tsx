// The pathway as a drawing that fills with activity.
import { createMemo, For, Index, Show } from "solid-js";
import type { Curves } from "../api/client";
import type { Arrow, MapNode, PathwayMap as MapData } from "../api/types";
import { at, fold } from "../plot/numbers";
import { route, sizeOf } from "./geometry";

interface Props {
  map: MapData;
  curves: Curves | undefined;
  hour: number;
  /** Drugs and ligands at this hour: id, label, whether it is there now. */
  agents: { id: string; label: string; present: boolean }[];
  /** Genes with less or more product. */
  genes: { id: string; fold: number }[];
  onNode: (node: MapNode) => void;
}

/** Value of a read-out relative to the untreated cell; NaN if there is none. */
function foldOf(curves: Curves | undefined, readout: string | undefined | null, hour: number): number {
  if (!curves || !readout) return NaN;
  const start = curves.arms[0]?.values.get(readout)?.[0] ?? NaN;
  const values = curves.arms[1]?.values.get(readout);
  return values && start > 0 ? at(curves.times, values, hour) / start : NaN;
}

/** How full a node is: half full is the untreated cell. */
const level = (f: number) => (Number.isFinite(f) ? f / (1 + f) : 0);

/** From blue (less than untreated) over grey to orange (more). */
function tint(f: number): string {
  if (!Number.isFinite(f)) return "none";
  const change = Math.max(-1, Math.min(1, Math.log2(Math.max(f, 1e-6)) / 2));
  const amount = Math.round(Math.abs(change) * 100);
  return `color-mix(in oklab, var(${change < 0 ? "--less" : "--more"}) ${amount}%, var(--same))`;
}

export function PathwayMap(props: Props) {
  const nodes = createMemo(() => new Map(props.map.nodes.map((n) => [n.id, n])));
  const folds = createMemo(() => new Map(props.map.nodes.map((n) => [n.id, foldOf(props.curves, n.readout, props.hour)])));
  const summary = () => {
    const moved = props.map.nodes.filter((n) => Math.abs(Math.log2(folds().get(n.id) ?? 1)) > 0.5);
    const parts = moved.map((n) => `${n.label} ${fold(folds().get(n.id)!)} times untreated`);
    return `Pathway map at ${props.hour.toFixed(1)} h. ${parts.length ? parts.join(", ") : "Everything is as in the untreated cell"}.`;
  };
  return (
    <svg class="map" viewBox={`0 0 ${props.map.width} ${props.map.height}`} role="group" aria-label={summary()}>
      <defs>
        <marker id="head" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
          <path class="marker" d="M1 1.5 9 5 1 8.5Z" />
        </marker>
        <marker id="bar" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="7.5" markerHeight="7.5" orient="auto-start-reverse">
          <path class="marker-bar" d="M5 0.5V9.5" />
        </marker>
      </defs>
      <For each={props.map.places}>{(place) => <Place place={place} />}</For>
      <For each={props.map.arrows}>
        {(arrow) => <ArrowPath arrow={arrow} from={nodes().get(arrow.from)!} to={nodes().get(arrow.to)!} />}
      </For>
      <Index each={props.map.nodes}>
        {(node) => (
          <NodeGlyph
            node={node()}
            fold={folds().get(node().id) ?? NaN}
            sites={node().sites.map((s) => ({ label: s.label, fold: foldOf(props.curves, s.readout, props.hour) }))}
            gene={props.genes.find((g) => g.id === node().about)?.fold}
            onOpen={() => props.onNode(node())}
          />
        )}
      </Index>
      <For each={props.map.drugs}>
        {(drug) => {
          const used = () => props.agents.findIndex((a) => a.id === drug.id);
          return (
            <Show when={used() >= 0}>
              <For each={drug.nodes}>
                {(id) => <DrugTag node={nodes().get(id)!} agent={props.agents[used()]!} slot={slot(props, id, drug.id)} />}
              </For>
            </Show>
          );
        }}
      </For>
    </svg>
  );
}

/** Place of a tag among the tags of one node. */
function slot(props: Props, node: string, drug: string): number {
  const there = props.map.drugs.filter((d) => d.nodes.includes(node) && props.agents.some((a) => a.id === d.id));
  return there.findIndex((d) => d.id === drug);
}

function Place(props: { place: MapData["places"][number] }) {
  const p = () => props.place;
  return (
    <Show
      when={p().shape === "membrane"}
      fallback={
        <g>
          <rect
            class={`place ${p().shape}`}
            x={p().x}
            y={p().y}
            width={p().width}
            height={p().height}
            rx={p().shape === "nucleus" ? 110 : p().height / 2}
          />
          <text class="place-label" x={p().x + (p().shape === "nucleus" ? p().width / 2 : 18)} y={p().y + p().height - 14} text-anchor={p().shape === "nucleus" ? "middle" : "start"}>
            {p().label}
          </text>
        </g>
      }
    >
      <rect class="place membrane" x={p().x - 4} y={p().y} width={p().width + 8} height={p().height} />
      <line class="leaflet" x1={p().x} x2={p().x + p().width} y1={p().y + 4} y2={p().y + 4} />
      <line class="leaflet" x1={p().x} x2={p().x + p().width} y1={p().y + p().height - 4} y2={p().y + p().height - 4} />
      <text class="place-label" x={p().x + p().width - 10} y={p().y - 10} text-anchor="end">
        {p().label}
      </text>
    </Show>
  );
}

function ArrowPath(props: { arrow: Arrow; from: MapNode; to: MapNode }) {
  const d = () => route(props.arrow, props.from, props.to);
  return (
    <path
      class="arrow"
      classList={{ inhibits: props.arrow.kind === "inhibits", feedback: props.arrow.feedback }}
      d={d()}
      marker-end={props.arrow.kind === "inhibits" ? "url(#bar)" : "url(#head)"}
    />
  );
}

interface GlyphProps {
  node: MapNode;
  fold: number;
  sites: { label: string; fold: number }[];
  gene: number | undefined;
  onOpen: () => void;
}

function NodeGlyph(props: GlyphProps) {
  const size = () => sizeOf(props.node);
  const known = () => Number.isFinite(props.fold);
  const id = () => `clip-${props.node.id.replace(/[^A-Za-z0-9]/g, "_")}`;
  const title = () => {
    const gene = props.gene === undefined ? "" : `, gene dose ${props.gene} ×`;
    if (!props.node.readout) return `${props.node.label}: no read-out of its own${gene}`;
    return `${props.node.label}: ${known() ? `${fold(props.fold)} × untreated` : "no value"}${gene}`;
  };
  return (
    <g
      class={`node ${props.node.shape}`}
      classList={{ unread: !props.node.readout, lost: props.gene !== undefined && props.gene < 1, more: (props.gene ?? 0) > 1 }}
      transform={`translate(${props.node.x} ${props.node.y})`}
      role="button"
      tabIndex={0}
      aria-label={title()}
      onClick={() => props.onOpen()}
      onKeyDown={(e) => (e.key === "Enter" || e.key === " ") && (e.preventDefault(), props.onOpen())}
    >
      <title>{title()}</title>
      <clipPath id={id()}>
        <rect x={-size().w / 2} y={-size().h / 2} width={size().w} height={size().h} rx={size().r} />
      </clipPath>
      <rect class="body" x={-size().w / 2} y={-size().h / 2} width={size().w} height={size().h} rx={size().r} />
      <Show when={known()}>
        <rect
          class="fill"
          clip-path={`url(#${id()})`}
          x={-size().w / 2}
          width={size().w}
          y={size().h / 2 - size().h * level(props.fold)}
          height={size().h * level(props.fold)}
          fill={tint(props.fold)}
        />
      </Show>
      <rect class="outline" x={-size().w / 2} y={-size().h / 2} width={size().w} height={size().h} rx={size().r} />
      <text class="node-label" y={5.5} text-anchor="middle">
        {props.node.label}
      </text>
      <For each={props.sites}>
        {(site, i) => (
          <g transform={`translate(${(i() === 0 ? -1 : 1) * 42} ${-size().h / 2 - 4})`}>
            <circle class="site" r={14} />
            <circle class="site-fill" r={14 * Math.sqrt(level(site.fold))} fill={tint(site.fold)} />
            <text class="site-label" y={-19} text-anchor="middle">
              {site.label}
            </text>
          </g>
        )}
      </For>
    </g>
  );
}

function DrugTag(props: { node: MapNode; agent: { label: string; present: boolean }; slot: number }) {
  const size = () => sizeOf(props.node);
  const width = () => props.agent.label.length * 7.6 + 16;
  return (
    <g
      class="tag"
      classList={{ away: !props.agent.present }}
      transform={`translate(${props.node.x} ${props.node.y + size().h / 2 + 7 + props.slot * 21})`}
    >
      <rect x={-width() / 2} y={-10} width={width()} height={20} rx={10} />
      <text y={4.5} text-anchor="middle">
        {props.agent.label}
      </text>
    </g>
  );
}

