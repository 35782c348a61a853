// Shapes and routes of the map.
import type { Arrow, MapNode } from "../api/types";

const SIZES: Record<string, { w: number; h: number; r: number }> = {
  protein: { w: 86, h: 38, r: 10 },
  receptor: { w: 76, h: 66, r: 24 },
  hub: { w: 126, h: 50, r: 13 },
  complex: { w: 104, h: 42, r: 21 },
  lipid: { w: 74, h: 36, r: 18 },
  gene: { w: 82, h: 34, r: 3 },
  process: { w: 104, h: 40, r: 5 },
  ligand: { w: 150, h: 32, r: 16 },
};

/** Width of a letter of a label. */
const LETTER = 10;

export function sizeOf(node: MapNode): { w: number; h: number; r: number } {
  const size = SIZES[node.shape ?? "protein"] ?? SIZES["protein"]!;
  return { ...size, w: Math.max(size.w, node.label.length * LETTER + 10) };
}

type Point = [number, number];

/** Where a line from a point to the centre of a node meets its border, with a gap. */
export function border(node: MapNode, from: Point, gap: number): Point {
  const { w, h } = sizeOf(node);
  const [dx, dy] = [from[0] - node.x, from[1] - node.y];
  if (dx === 0 && dy === 0) return [node.x, node.y];
  const scale = Math.min((w / 2 + gap) / Math.abs(dx || 1e-9), (h / 2 + gap) / Math.abs(dy || 1e-9));
  return [node.x + dx * scale, node.y + dy * scale];
}

/** Radius of a bend. */
const BEND = 22;

/** A path of straight lines with round bends, from border to border through the points of the arrow. */
export function route(arrow: Arrow, from: MapNode, to: MapNode): string {
  const via = (arrow.via ?? []) as Point[];
  const start = border(from, via[0] ?? [to.x, to.y], 1);
  const end = border(to, via.at(-1) ?? [from.x, from.y], 6);
  const points = [start, ...via, end];
  const parts = [`M${text(start)}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [before, corner, after] = [points[i - 1]!, points[i]!, points[i + 1]!];
    parts.push(`L${text(towards(corner, before))}Q${text(corner)} ${text(towards(corner, after))}`);
  }
  parts.push(`L${text(end)}`);
  return parts.join("");
}

const text = (p: Point) => `${p[0].toFixed(1)} ${p[1].toFixed(1)}`;

/** The point where a bend begins: a radius from the corner, at most half of the way. */
function towards(corner: Point, other: Point): Point {
  const [dx, dy] = [other[0] - corner[0], other[1] - corner[1]];
  const length = Math.hypot(dx, dy) || 1;
  const step = Math.min(BEND, length / 2) / length;
  return [corner[0] + dx * step, corner[1] + dy * step];
}
