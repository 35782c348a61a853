// Questions to the server. Curves come as binary arrays, everything else as JSON.
import type { ArmHead, BandsHead, CurvesHead, Failure, LoopsHead, MatrixHead, ModelHead, TumourHead } from "./types";

/** One arm with its curves. */
export interface Arm {
  head: ArmHead;
  /** Values at the times, by read-out, in its unit. */
  values: Map<string, Float32Array>;
}

/** What an experiment gave. */
export interface Curves {
  times: Float32Array;
  arms: Arm[];
  head: CurvesHead;
}

/** What the server says is wrong. */
export class LabError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}

/** What went wrong, and what helps. */
export function says(error: unknown): string {
  if (error instanceof LabError && error.help) return `${error.message}: ${error.help}`;
  return error instanceof Error ? error.message : String(error);
}

/** Stays the same for this page: its newest question ends its older ones on the server. */
export const page = crypto.randomUUID();

async function send(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new LabError(0, "the lab does not answer", "is `resurge lab` still running in its terminal?");
  }
  if (response.ok) return response;
  const text = await response.text();
  let failure: Failure = { message: text.slice(0, 400) || response.statusText, help: "" };
  try {
    failure = JSON.parse(text) as Failure;
  } catch {
    // A plain text is the message itself.
  }
  throw new LabError(response.status, failure.message, failure.help);
}

export async function getJson<T>(path: string): Promise<T> {
  return (await (await send(path)).json()) as T;
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: "DELETE" });
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await post(path, body, signal)).json()) as T;
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export async function postCurves(path: string, body: unknown, signal?: AbortSignal): Promise<Curves> {
  return decode(await (await post(path, body, signal)).arrayBuffer());
}

/** Sends a file as it is. */
export async function upload<T>(path: string, file: File): Promise<T> {
  const headers = { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(file.name) };
  return (await (await send(path, { method: "POST", headers, body: file })).json()) as T;
}

/** The answer about a matrix: one curve per pair, row by row. */
export interface MatrixCurves {
  head: MatrixHead;
  times: Float32Array;
  curves: Float32Array[];
}

export async function postMatrix(body: unknown): Promise<MatrixCurves> {
  const { head, take } = open<MatrixHead>(await (await post("/api/matrix", body)).arrayBuffer());
  const times = take();
  return { head, times, curves: Array.from({ length: head.doses_a.length * head.doses_b.length }, take) };
}

/** Volumes of tumours in mm3, by arm. */
export interface TumourCurves {
  head: TumourHead;
  times: Float32Array;
  arms: { mean: Float32Array; error: Float32Array; animals: Float32Array[]; clones: Float32Array[] }[];
}

export async function postTumours(id: string, body: unknown): Promise<TumourCurves> {
  const path = `/api/tumours/${encodeURIComponent(id)}/run`;
  const { head, take } = open<TumourHead>(await (await post(path, body)).arrayBuffer());
  const times = take();
  const arms = head.arms.map((arm) => ({ mean: take(), error: take(), animals: Array.from({ length: arm.animals }, take), clones: head.clones.map(take) }));
  return { head, times, arms };
}

/** 10 % and 90 % quantiles of a read-out: of its value, and of its fold of the untreated start. */
export interface Band {
  low: Float32Array;
  high: Float32Array;
  lowFold: Float32Array;
  highFold: Float32Array;
}

export interface Bands {
  head: BandsHead;
  times: Float32Array;
  readouts: Map<string, Band>;
}

export async function postBands(body: unknown, signal?: AbortSignal): Promise<Bands> {
  const { head, take } = open<BandsHead>(await (await post("/api/bands", body, signal)).arrayBuffer());
  const times = take();
  const readouts = new Map(head.readouts.map((id) => [id, { low: take(), high: take(), lowFold: take(), highFold: take() }]));
  return { head, times, readouts };
}

/** Responses with all feedbacks and without each, by read-out. */
export interface LoopCurves {
  head: LoopsHead;
  times: Float32Array;
  readouts: Map<string, { intact: Float32Array; cut: Float32Array[] }>;
}

/** Each feedback cut in turn, in what is on the bench. */
export const postLoops = (body: unknown) => loopCurves("/api/loops", body);

/** As before, in an arm of a published experiment. */
export const postExperimentLoops = (id: string, body: unknown) => loopCurves(`/api/experiments/${encodeURIComponent(id)}/loops`, body);

async function loopCurves(path: string, body: unknown): Promise<LoopCurves> {
  const { head, take } = open<LoopsHead>(await (await post(path, body)).arrayBuffer());
  const times = take();
  const readouts = new Map(head.readouts.map((id) => [id, { intact: take(), cut: head.loops.map(take) }]));
  return { head, times, readouts };
}

/** Curves of a model of the user, by column. */
export interface ModelCurves {
  times: Float32Array;
  columns: Map<string, Float32Array>;
}

export async function postModelRun(id: string, body: unknown, signal?: AbortSignal): Promise<ModelCurves> {
  const path = `/api/models/${encodeURIComponent(id)}/run`;
  const { head, take } = open<ModelHead>(await (await post(path, body, signal)).arrayBuffer());
  const times = take();
  return { times, columns: new Map(head.columns.map((name) => [name, take()])) };
}

/** Head of a binary answer, and its arrays one after the other. */
function open<Head extends { n_times: number }>(buffer: ArrayBuffer): { head: Head; take: () => Float32Array } {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as Head;
  let offset = 4 + length;
  const take = () => {
    const array = new Float32Array(buffer, offset, head.n_times);
    offset += head.n_times * 4;
    return array;
  };
  return { head, take };
}

/** Head and arrays of an experiment. */
export function decode(buffer: ArrayBuffer): Curves {
  const { head, take } = open<CurvesHead>(buffer);
  const times = take();
  const arms = head.arms.map((arm) => ({ head: arm, values: new Map(head.readouts.map((id) => [id, take()])) }));
  return { times, arms, head };
}
