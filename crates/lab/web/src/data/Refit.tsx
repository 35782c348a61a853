// Refits what the data determine: which numbers of the model, from what to what, and how sure.
import { createEffect, createSignal, createUniqueId, For, on, onCleanup, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import { page, postJson, says } from "../api/client";
import type { RefitAnswer } from "../api/types";
import { plain } from "../plot/numbers";
import { change, setView, showCard, view } from "../state/lab";

interface Props {
  readout: string;
  /** Drug of a dose response; without one, a time course. */
  drug?: string;
  /** Hours or nM, and the value as it is shown. */
  points: [number, number][];
}

export function Refit(props: Props) {
  const id = createUniqueId();
  const [error, setError] = createSignal("");
  const [answer, setAnswer] = createSignal<RefitAnswer>();
  const [problem, setProblem] = createSignal("");
  const [seconds, setSeconds] = createSignal<number>();
  let running: AbortController | undefined;
  const question = () => ({ page, scenario: unwrap(view.scenario), readout: props.readout, drug: props.drug, points: props.points, error: Number(error()) });
  // An answer belongs to its question; the numbers that it brought to the bench do not make it another one.
  const asked = () => JSON.stringify({ ...question(), scenario: { ...view.scenario, parameters: [] } });
  createEffect(on(asked, () => (running?.abort(), setAnswer(undefined), setProblem(""))));
  onCleanup(() => running?.abort());
  const fit = async () => {
    const mine = (running = new AbortController());
    setProblem("");
    setAnswer(undefined);
    setSeconds(0);
    const clock = setInterval(() => setSeconds((s) => (s ?? 0) + 1), 1000);
    try {
      setAnswer(await postJson<RefitAnswer>("/api/refit", question(), mine.signal));
    } catch (failure) {
      if (!mine.signal.aborted) setProblem(says(failure));
    }
    clearInterval(clock);
    setSeconds(undefined);
  };
  const used = () => answer()!.parameters.every((p) => view.scenario.parameters.some((own) => own.name === p.name && own.value === p.after));
  const use = () =>
    change((s) => {
      const fitted = answer()!.parameters.map((p) => ({ name: p.name, value: p.after }));
      s.parameters = [...s.parameters.filter((p) => !fitted.some((f) => f.name === p.name)), ...fitted];
    });
  return (
    <section class="refit">
      <h3>Refit what these data determine</h3>
      <p class="note">
        Every number of the model is moved within its error. Those that the data can see are fitted, within the range that their source allows; all others stay.
      </p>
      <div class="ask">
        <label for={id}>Standard deviation of one value, as in the plot</label>
        <input id={id} type="number" min="0" step="any" inputmode="decimal" placeholder="such as 0.1" value={error()} onInput={(e) => setError(e.currentTarget.value)} />
        <Show when={seconds() !== undefined} fallback={<button type="button" disabled={!(Number(error()) > 0)} onClick={() => void fit()}>Refit</button>}>
          <button type="button" onClick={() => running?.abort()}>Cancel</button>
          <span role="status">fitting, {seconds()} s (usually less than half a minute)</span>
        </Show>
      </div>
      <Show when={problem()}>
        <p class="problem" role="alert">{problem()}</p>
      </Show>
      <Show when={answer()}>
        {(a) => (
          <Show
            when={a().parameters.length}
            fallback={<p>These data determine no number of the model: none of {a().tried} moves the curve by more than the error. Root mean square difference {plain(a().before)}.</p>}
          >
            <p role="status">
              Root mean square difference {plain(a().before)} before, <b>{plain(a().after)}</b> after. The data determine {a().parameters.length} of {a().tried} numbers; the others stay as they are.
              <Show when={a().failed}> With {a().failed} of them moved the model could not be run.</Show>
            </p>
            <table class="scroll">
              <thead>
                <tr>
                  <th scope="col">parameter</th>
                  <th scope="col">before</th>
                  <th scope="col">after</th>
                  <th scope="col">95 % interval</th>
                  <th scope="col">unit</th>
                  <th scope="col">cannot be told from</th>
                </tr>
              </thead>
              <tbody>
                <For each={a().parameters}>
                  {(p) => (
                    <tr>
                      <th scope="row">
                        <button type="button" class="link" onClick={() => showCard(p.name)}>{p.name}</button>
                      </th>
                      <td>{plain(p.before)}</td>
                      <td>{plain(p.after)}{p.at_end ? " (end of its range)" : ""}</td>
                      <td>{plain(p.low)} to {plain(p.high)}</td>
                      <td>{p.unit}</td>
                      <td>{p.alike.slice(0, 3).join(", ")}{p.alike.length > 3 ? ` and ${p.alike.length - 3} more` : ""}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <p class="note">Intervals hold if all numbers outside the table are right. Where a number cannot be told from others, the data say the same with another of them changed.</p>
            <Show when={!used()} fallback={<span role="status">These numbers are in use. </span>}>
              <button type="button" onClick={use}>Use these numbers on the bench</button>{" "}
            </Show>
            <button type="button" class="link" onClick={() => setView("tab", "bench")}>go to the bench</button>
          </Show>
        )}
      </Show>
    </section>
  );
}
