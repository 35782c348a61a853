// From arrays to an SVG path.

/** Most points per unit of width: more cannot be seen. */
const DENSITY = 2;

/**
 * A path through all points; where there are more than can be seen, the lowest and highest of each column.
 * Gaps where a value is missing.
 */
export function curvePath(
  times: Float32Array,
  values: Float32Array,
  x: (t: number) => number,
  y: (v: number) => number,
  width: number,
): string {
  const n = times.length;
  const parts: string[] = [];
  let pen = false;
  const point = (i: number) => {
    const v = values[i]!;
    if (!Number.isFinite(v)) {
      pen = false;
      return;
    }
    parts.push(`${pen ? "L" : "M"}${x(times[i]!).toFixed(1)} ${y(v).toFixed(1)}`);
    pen = true;
  };
  const most = width * DENSITY;
  if (n <= most) {
    for (let i = 0; i < n; i++) point(i);
    return parts.join("");
  }
  const step = Math.ceil((2 * n) / most);
  for (let start = 0; start < n; start += step) {
    const end = Math.min(n, start + step);
    let low = start;
    let high = start;
    for (let i = start; i < end; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    point(Math.min(low, high));
    if (low !== high) point(Math.max(low, high));
  }
  point(n - 1);
  return parts.join("");
}
