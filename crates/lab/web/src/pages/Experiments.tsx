// Published experiments: what was done, what the model shows, what the paper says.
import { createMemo, createResource, createSignal, For, Show } from "solid-js";
import { getJson, page, postCurves, postExperimentLoops } from "../api/client";
import type { Catalog, ExperimentAnswer, Scoreboard } from "../api/types";
import { Loops } from "../bench/Loops";
import { TimeCourse, type Line } from "../plot/TimeCourse";
import { openScenario, showCard } from "../state/lab";
import { Legend } from "../ui/Legend";

export const [chosen, chooseExperiment] = createSignal<string>();

/** "Rodrik-Outmezguine 2011" of a citation. */
export function short(citation: string | undefined): string | undefined {
  if (!citation) return undefined;
  const [author, year] = [/^[^\s,]+/.exec(citation)?.[0], /\b(19|20)\d\d\b/.exec(citation)?.[0]];
  return author && year ? `${author} ${year}` : citation;
}

export function Experiments(props: { catalog: Catalog }) {
  const id = () => chosen() ?? props.catalog.experiments.find((e) => e.id === "rodrik2011-azd8055")?.id ?? props.catalog.experiments[0]?.id;
  const papers = createMemo(() => [...new Set(props.catalog.experiments.map((e) => e.paper ?? ""))]);
  const cite = (paper: string) => short(props.catalog.papers.find((p) => p.id === paper)?.citation) ?? "without a paper";
  const facts = () => props.catalog.experiments.find((e) => e.id === id());
  const [detail] = createResource(id, (e) => getJson<ExperimentAnswer>(`/api/experiments/${encodeURIComponent(e)}`));
  const [picked, setArm] = createSignal<string>();
  const arm = () => detail()?.arms.find((a) => a.id === picked())?.id ?? detail()?.arms.at(-1)?.id;
  const [result] = createResource(id, (e) =>
    postCurves(`/api/experiments/${encodeURIComponent(e)}/run`, { page }).catch((error: Error) => error),
  );
  const [board] = createResource(() => getJson<Scoreboard>("/api/scoreboard"));
  const findings = () => board()?.findings.filter((f) => f.experiments.includes(id() ?? "")) ?? [];
  const curves = () => {
    const r = result();
    return r && !(r instanceof Error) ? r : undefined;
  };
  const lines = createMemo<Line[]>(() => {
    const now = curves();
    return now ? now.arms.map((a, arm) => ({ label: a.head.label, curves: now, arm, className: `arm arm-${arm % 8}` })) : [];
  });
  return (
    <div class="page two">
      <nav class="list" aria-label="Experiments">
        <For each={papers()}>
          {(paper) => (
            <>
              <h3>{cite(paper)}</h3>
              <For each={props.catalog.experiments.filter((e) => (e.paper ?? "") === paper)}>
                {(e) => (
                  <button type="button" aria-current={e.id === id() ? "true" : undefined} onClick={() => chooseExperiment(e.id)}>
                    {e.title}
                    <span class="note">{e.source}</span>
                  </button>
                )}
              </For>
            </>
          )}
        </For>
      </nav>
      <article>
        <h2>{facts()?.title}</h2>
        <p class="note">
          {props.catalog.cells.find((c) => c.id === facts()?.cell)?.label} · {facts()?.hours} h · {facts()?.source}
        </p>
        <p>{facts()?.about}</p>
        <Show when={result() instanceof Error}>
          <p class="problem" role="alert">{(result() as Error).message}</p>
        </Show>
        <Legend
          lines={lines()}
          more={(line) => {
            const arm = () => detail()?.arms[line.arm];
            return (
              <>
                <Show when={arm()?.scenario}>
                  <button type="button" class="link" onClick={() => openScenario(arm()!.scenario!, detail()?.readouts)}>
                    open on the bench
                  </button>
                </Show>
                <Show when={arm()?.reason}>
                  <span class="note" title={arm()!.reason!}>not on the bench: {arm()!.reason}</span>
                </Show>
              </>
            );
          }}
        />
        <Show when={curves()} fallback={<p class="waiting">running …</p>}>
          {(now) => (
            <div class="panels wide">
              <For each={now().head.readouts.map((r) => props.catalog.readouts.find((x) => x.id === r)!)}>
                {(readout) => <TimeCourse readout={readout} lines={lines()} base={now()} hours={facts()?.hours ?? 24} />}
              </For>
            </div>
          )}
        </Show>
        <Show when={detail()}>
          <label>
            Arm{" "}
            <select value={arm()} onChange={(e) => setArm(e.currentTarget.value)}>
              <For each={detail()!.arms}>{(a) => <option value={a.id} selected={a.id === arm()}>{a.label}</option>}</For>
            </select>
          </label>
          <Loops
            catalog={props.catalog}
            about={`${id()} ${arm()}`}
            ask={() => postExperimentLoops(id()!, { page, arm: arm()! })}
            hours={facts()?.hours ?? 24}
            hour={facts()?.hours ?? 24}
            missing=""
          />
        </Show>
        <h3>What the paper says, and what the model shows</h3>
        <ul class="findings">
          <For each={findings()} fallback={<li class="note">No finding is judged on this experiment.</li>}>
            {(f) => (
              <li class={`finding ${f.verdict.replace(" ", "-")}`}>
                <div class="verdict">
                  <b>{f.verdict}</b>
                </div>
                <div>
                  <p class="statement">{f.statement}</p>
                  <p class="note">
                    <button type="button" class="link" onClick={() => showCard(f.id)}>
                      {f.id}
                    </button>{" "}
                    · {f.source} · {f.provenance} · {f.value}
                  </p>
                </div>
              </li>
            )}
          </For>
        </ul>
      </article>
    </div>
  );
}
