// Schedules of doses as people say them, and as days.

export interface Pattern {
  id: string;
  label: string;
  /** Days between the first doses of two rounds. */
  round: number;
  /** Days of a round. */
  days: number[];
}

export const PATTERNS: Pattern[] = [
  { id: "once", label: "once", round: 1, days: [0] },
  { id: "daily", label: "daily", round: 1, days: [0] },
  { id: "5w", label: "5 × a week", round: 7, days: [0, 1, 2, 3, 4] },
  { id: "3w", label: "3 × a week", round: 7, days: [0, 2, 4] },
  { id: "2w", label: "2 × a week", round: 7, days: [0, 3] },
  { id: "weekly", label: "weekly", round: 7, days: [0] },
  { id: "q3w", label: "every 3 weeks", round: 21, days: [0] },
];

/** Days of the first `doses` doses of a pattern, those after the end left out. */
export function daysOf(pattern: Pattern, from: number, doses: number, end: number): number[] {
  const n = pattern.id === "once" ? 1 : doses;
  const day = (i: number) => from + pattern.round * Math.floor(i / pattern.days.length) + pattern.days[i % pattern.days.length]!;
  return Array.from({ length: n }, (_, i) => day(i)).filter((d) => d <= end);
}

/** The pattern that gives these days; undefined: none does. */
export function patternOf(days: number[]): Pattern | undefined {
  if (days.length === 1) return PATTERNS[0];
  const same = (p: Pattern) => daysOf(p, days[0]!, days.length, Infinity).every((d, i) => Math.abs(d - days[i]!) < 1e-6);
  return PATTERNS.slice(1).find(same);
}
