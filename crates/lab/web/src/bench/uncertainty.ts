// The spread of the curves under uncertain parameters, when it is wanted.
import { createEffect, createSignal, on } from "solid-js";
import { unwrap } from "solid-js/store";
import { page, postBands, says, type Bands } from "../api/client";
import { curves, dragging, view } from "../state/lab";

/** Parameter sets, noise on each parameter (sd of the logarithm), and seed. */
export const DRAWS = 20;
export const NOISE = 0.1;
const SEED = 1;
/** The setting rests this long before its spread is computed. */
const REST_MS = 500;

export const [uncertain, setUncertain] = createSignal(false);
export const [bands, setBands] = createSignal<Bands>();
export const [spreading, setSpreading] = createSignal(false);
export const [spreadProblem, setSpreadProblem] = createSignal("");

/** Follows the bench; call it once, inside a component. */
export function keepBands(): void {
  let timer = 0;
  let running: AbortController | undefined;
  createEffect(
    on([uncertain, curves, dragging, () => view.readouts.join()], ([wanted, now, moving]) => {
      clearTimeout(timer);
      running?.abort();
      setBands(undefined);
      setSpreading(false);
      if (!wanted || !now || moving) return;
      timer = window.setTimeout(async () => {
        const mine = (running = new AbortController());
        setSpreading(true);
        setSpreadProblem("");
        try {
          const body = { page, scenario: unwrap(view.scenario), readouts: view.readouts, draws: DRAWS, noise: NOISE, seed: SEED };
          setBands(await postBands(body, mine.signal));
        } catch (error) {
          if (!mine.signal.aborted) setSpreadProblem(says(error));
        }
        if (running === mine) setSpreading(false);
      }, REST_MS);
    }),
  );
}
