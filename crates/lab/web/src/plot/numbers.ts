// Numbers as people write them.

/** Three significant digits, without noise. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return "no value";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** "0.31 x" of the untreated cell. */
export function fold(value: number): string {
  if (!Number.isFinite(value)) return "no value";
  return value < 0.1 ? value.toFixed(3) : value < 10 ? value.toFixed(2) : value.toFixed(0);
}

const UNITS: [string, number][] = [
  ["pM", 1e-3],
  ["nM", 1],
  ["uM", 1e3],
];

/** A dose with the unit that people would use. */
export function dose(nanomolar: number): string {
  const [unit, size] = unitOf(nanomolar);
  return `${plain(nanomolar / size)} ${unit === "uM" ? "µM" : unit}`;
}

export function unitOf(nanomolar: number): [string, number] {
  if (nanomolar >= 1000) return UNITS[2]!;
  if (nanomolar >= 1 || nanomolar === 0) return UNITS[1]!;
  return UNITS[0]!;
}

/** nM of "0.5 uM", "80 nM" or, without a unit, of that unit; undefined if it is no dose. */
export function parseDose(text: string, unit: string): number | undefined {
  const match = /^\s*([0-9]*[.,]?[0-9]+(?:e[+-]?[0-9]+)?)\s*([pnuµm]?M)?\s*$/i.exec(text);
  if (!match) return undefined;
  const number = Number(match[1]!.replace(",", "."));
  const name = (match[2] ?? unit).replace("µ", "u");
  const sizes: Record<string, number> = { pm: 1e-3, nm: 1, um: 1e3, mm: 1e6 };
  const size = name === "M" ? 1e9 : sizes[name.toLowerCase()];
  return size === undefined || !Number.isFinite(number) ? undefined : number * size;
}

/** "30 min", "1.5 h". */
export function hours(t: number): string {
  if (t !== 0 && Math.abs(t) < 1) return `${plain(t * 60)} min`;
  return `${plain(Math.round(t * 10) / 10)} h`;
}

/** The value at a time, on a straight line between samples. */
export function at(times: Float32Array, values: Float32Array, t: number): number {
  let low = 0;
  let high = times.length - 1;
  if (t >= times[high]!) return values[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= t) low = middle;
    else high = middle;
  }
  const span = times[high]! - times[low]!;
  const share = span > 0 ? (t - times[low]!) / span : 0;
  return values[low]! + (values[high]! - values[low]!) * share;
}
