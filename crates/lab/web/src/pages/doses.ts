// Doses along one side of a matrix.
import { dose, parseDose } from "../plot/numbers";

/** One drug of a matrix, with its doses in nM: none, then from the lowest to the highest in equal ratios. */
export interface Side {
  drug: string;
  low: number;
  high: number;
  steps: number;
}

/** Doses above none that the server takes. */
export const STEPS = { least: 2, most: 11, usual: 7 };

/** A range that reaches the usual doses of a drug. */
export function usual(drug: string, most: number | null | undefined): Side {
  const high = (most ?? 1e4) / 10;
  return { drug, low: Number((high / 3 ** (STEPS.usual - 1)).toPrecision(3)), high, steps: STEPS.usual };
}

export function doses(side: Side): number[] {
  const ratio = (side.high / side.low) ** (1 / (side.steps - 1));
  return [0, ...Array.from({ length: side.steps }, (_, k) => Number((side.low * ratio ** k).toPrecision(3)))];
}

/** A side with one of its numbers replaced by what somebody typed, or what is wrong with it. */
export function edited(side: Side, part: "low" | "high" | "steps", text: string): Side | string {
  if (part === "steps") {
    const steps = Number(text);
    const right = Number.isInteger(steps) && steps >= STEPS.least && steps <= STEPS.most;
    return right ? { ...side, steps } : `${text || "nothing"} is no number of doses: give ${STEPS.least} to ${STEPS.most}`;
  }
  const nanomolar = parseDose(text, "nM");
  if (!nanomolar) return `"${text}" is no dose: write a number above 0 with a unit, for instance 10 nM`;
  const next = { ...side, [part]: nanomolar };
  if (next.low >= next.high) return `${dose(next.low)} is not below ${dose(next.high)}`;
  if (new Set(doses(next)).size < next.steps + 1) return `${next.steps} doses between ${dose(next.low)} and ${dose(next.high)} are too close to each other`;
  return next;
}
