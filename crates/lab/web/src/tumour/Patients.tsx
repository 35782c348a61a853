// A cohort of virtual patients: responses, waterfall, Kaplan-Meier curves, markers.
import { scaleLinear } from "d3-scale";
import { createSignal, For, Show } from "solid-js";
import { page, postJson, says } from "../api/client";
import type { CohortAnswer, Hazard, SurvivalCurve } from "../api/types";
import { plain } from "../plot/numbers";

const RESPONSES: Record<string, string> = { CR: "nothing left", PR: "30 % smaller", SD: "neither", PD: "20 % larger" };

export function Patients(props: { id: string }) {
  const [answer, setAnswer] = createSignal<CohortAnswer>();
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  const [marker, setMarker] = createSignal("arms");
  const treat = async () => {
    setBusy(true);
    setProblem("");
    try {
      setAnswer(await postJson<CohortAnswer>(`/api/cohorts/${encodeURIComponent(props.id)}/run`, { page }));
      setMarker(answer()!.arms.length > 1 ? "arms" : (answer()!.arms[0]?.markers[0]?.id ?? "arms"));
    } catch (error) {
      setProblem(says(error));
    }
    setBusy(false);
  };
  const shown = (): { title: string; curves: SurvivalCurve[]; hazard: Hazard | null | undefined; of: string } => {
    const a = answer()!;
    const chosen = a.arms[0]?.markers.find((m) => m.id === marker());
    if (chosen) return { title: `Time to progression by ${chosen.label}`, curves: chosen.curves, hazard: chosen.hazard, of: `low ${chosen.label} relative to high` };
    return { title: "Time to progression", curves: a.curves, hazard: a.hazard, of: a.arms.length > 1 ? `${a.arms[1]!.label} relative to ${a.arms[0]!.label}` : "" };
  };
  return (
    <section class="patients">
      <h3>Virtual patients</h3>
      <p class="note">Each patient is a tumour drawn from stated distributions. Response by the largest diameter: 30 % smaller is a partial response, 20 % and 5 mm larger is progression.</p>
      <button type="button" onClick={() => void treat()} disabled={busy()}>
        {busy() ? "treating …" : answer() ? "Treat again" : "Treat the patients"}
      </button>
      <Show when={problem()}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
      <Show when={answer()}>
        {(a) => (
          <>
            <table class="scroll">
              <thead>
                <tr>
                  <th scope="col">arm</th>
                  <th scope="col">patients</th>
                  <For each={a().arms[0]?.responses}>{([word]) => <th scope="col" title={RESPONSES[word]}>{word}</th>}</For>
                  <th scope="col">good response</th>
                  <th scope="col">median to progression</th>
                </tr>
              </thead>
              <tbody>
                <For each={a().arms}>
                  {(arm, k) => (
                    <tr>
                      <th scope="row">{arm.label}</th>
                      <td>{arm.included} of {arm.screened}</td>
                      <For each={arm.responses}>{([, n]) => <td>{n}</td>}</For>
                      <td>{plain((100 * (arm.responses[0]![1] + arm.responses[1]![1])) / Math.max(1, arm.included))} %</td>
                      <td>{a().curves[k()]!.median_months == null ? "not reached" : `${plain(a().curves[k()]!.median_months!)} months`}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <div class="pair">
              <div>
                <label class="by">
                  Compare{" "}
                  <select value={marker()} onChange={(e) => setMarker(e.currentTarget.value)}>
                    <Show when={a().arms.length > 1 || a().arms[0]?.markers.length === 0}><option value="arms">arms</option></Show>
                    <For each={a().arms[0]?.markers}>{(m) => <option value={m.id}>low and high {m.label}</option>}</For>
                  </select>
                </label>
                <Survival title={shown().title} curves={shown().curves} axis={a().axis} months={a().months} />
                <p>
                  <Show when={shown().hazard} fallback={<span class="note">No hazard ratio: too few progressed.</span>}>
                    {(h) => (
                      <>
                        Hazard of {shown().of}: <b>{plain(h().ratio)}</b> (95 % {plain(h().low)} to {plain(h().high)}), p = {plain(h().p)}
                      </>
                    )}
                  </Show>
                  <Show when={marker() === "arms" && a().log_rank_p != null}>; log-rank p = {plain(a().log_rank_p!)}</Show>
                </p>
              </div>
              <For each={a().arms}>{(arm) => <Waterfall label={arm.label} bars={arm.waterfall as [number, string][]} />}</For>
            </div>
            <Show when={a().arms[0]!.markers.length > 0}>
              <h3>Markers before treatment</h3>
              <table class="scroll">
                <thead>
                  <tr>
                    <th scope="col">marker</th>
                    <th scope="col">good responders</th>
                    <th scope="col">poor responders</th>
                    <th scope="col">p (Mann-Whitney)</th>
                    <th scope="col">hazard, low against high</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={a().arms[0]!.markers}>
                    {(m) => (
                      <tr>
                        <th scope="row">{m.label}</th>
                        <td>{m.good == null ? "none" : `${plain(m.good)} ${m.unit}`}</td>
                        <td>{m.poor == null ? "none" : `${plain(m.poor)} ${m.unit}`}</td>
                        <td>{m.p == null ? "-" : plain(m.p)}</td>
                        <td>{m.hazard ? `${plain(m.hazard.ratio)} (${plain(m.hazard.low)} to ${plain(m.hazard.high)})` : "-"}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
            <details>
              <summary>What differs between the patients</summary>
              <table class="scroll">
                <thead>
                  <tr>
                    <th scope="col">number</th>
                    <th scope="col">median</th>
                    <th scope="col">sd of log10</th>
                    <th scope="col">share</th>
                    <th scope="col">source</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={a().spreads}>
                    {(s) => (
                      <tr>
                        <th scope="row">{s.parameter}</th>
                        <td>{s.how === "times" ? `${plain(s.median)} × the cell's` : plain(s.median)}</td>
                        <td>{plain(s.sd_log10)}</td>
                        <td>{plain(100 * s.share)} %</td>
                        <td>{s.source}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </details>
          </>
        )}
      </Show>
    </section>
  );
}

const W = 420;
const H = 230;
const L = 46;

function Survival(props: { title: string; curves: SurvivalCurve[]; axis: number[]; months: number }) {
  const x = () => scaleLinear([0, props.months], [L, W - 14]);
  const y = scaleLinear([0, 1], [H - 20, 24]);
  const path = (c: SurvivalCurve) => {
    let [d, last] = [`M${x()(0)} ${y(1)}`, 1];
    for (const [t, s] of c.steps as [number, number, number, number][]) {
      d += `H${x()(t).toFixed(1)}`;
      if (s !== last) d += `V${y(s).toFixed(1)}`;
      last = s;
    }
    return `${d}`;
  };
  const at = (c: SurvivalCurve, t: number) => (c.steps as [number, number, number, number][]).filter((s) => s[0] <= t).at(-1)?.[1] ?? 1;
  return (
    <figure class="survival">
      <svg
        viewBox={`0 0 ${W} ${H + 32 + 15 * props.curves.length}`}
        role="img"
        aria-label={`${props.title}. ${props.curves.map((c) => `${c.label}: ${c.progressed} of ${c.n} progressed`).join("; ")}`}
      >
        <text class="panel-title" x={4} y={13}>{props.title}</text>
        <For each={[0, 0.25, 0.5, 0.75, 1]}>
          {(tick) => (
            <g>
              <line class="grid" x1={L} x2={W - 14} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={L - 5} y={y(tick) + 3.5} text-anchor="end">{100 * tick} %</text>
            </g>
          )}
        </For>
        <line class="axis" x1={L} x2={W - 14} y1={H - 20} y2={H - 20} />
        <For each={props.axis}>
          {(tick) => (
            <text class="tick" x={x()(tick)} y={H - 6} text-anchor="middle">
              {plain(Math.round(tick * 10) / 10)}
              {tick === 0 ? " mo" : ""}
            </text>
          )}
        </For>
        <For each={props.curves}>
          {(c, k) => (
            <g>
              <path class={`curve arm arm-${(k() + 1) % 8}`} d={path(c)} />
              <For each={c.censored}>
                {(t) => <path class={`whisker arm-${(k() + 1) % 8}`} d={`M${x()(t)} ${y(at(c, t)) - 4}v8`} />}
              </For>
            </g>
          )}
        </For>
        <text class="tick" x={4} y={H + 14}>at risk</text>
        <For each={props.curves}>
          {(c, k) => (
            <g>
              <line class={`curve arm arm-${(k() + 1) % 8}`} x1={4} x2={26} y1={H + 26 + 15 * k()} y2={H + 26 + 15 * k()} />
              <For each={c.at_risk}>
                {(n, i) => <text class="tick" x={x()(props.axis[i()]!)} y={H + 30 + 15 * k()} text-anchor="middle">{n}</text>}
              </For>
            </g>
          )}
        </For>
      </svg>
      <ul class="legend">
        <For each={props.curves}>
          {(c, k) => (
            <li>
              <svg viewBox="0 0 26 8" aria-hidden="true">
                <line class={`curve arm arm-${(k() + 1) % 8}`} x1="1" x2="25" y1="4" y2="4" />
              </svg>
              {c.label}: {c.progressed} of {c.n} progressed
            </li>
          )}
        </For>
      </ul>
    </figure>
  );
}

function Waterfall(props: { label: string; bars: [number, string][] }) {
  const low = () => Math.min(-40, ...props.bars.map((b) => b[0]));
  const high = () => Math.max(40, ...props.bars.map((b) => b[0]));
  const y = () => scaleLinear([low(), high()], [H - 12, 24]);
  const wide = () => (W - L - 14) / Math.max(1, props.bars.length);
  return (
    <figure class="survival">
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`Best change of the diameter of each patient, ${props.label}`}>
        <text class="panel-title" x={4} y={13}>{props.label}: change of the diameter at the assessment, %</text>
        <For each={[-30, 0, 20]}>
          {(tick) => (
            <g>
              <line class={tick === 0 ? "axis" : "unity"} x1={L} x2={W - 14} y1={y()(tick)} y2={y()(tick)} />
              <text class="tick" x={L - 5} y={y()(tick) + 3.5} text-anchor="end">{tick}</text>
            </g>
          )}
        </For>
        <For each={props.bars}>
          {([change, word], k) => (
            <rect class={`bar ${word}`} x={L + k() * wide() + 0.5} width={Math.max(0.8, wide() - 1)} y={Math.min(y()(0), y()(change))} height={Math.max(0.6, Math.abs(y()(change) - y()(0)))}>
              <title>{`${word}: ${plain(change)} %`}</title>
            </rect>
          )}
        </For>
      </svg>
    </figure>
  );
}
