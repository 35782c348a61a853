// Settings that were kept: opened again, compared, deleted.
import { createResource, For, Show } from "solid-js";
import { getJson, page, postCurves, remove } from "../api/client";
import type { Catalog, Entry } from "../api/types";
import { openScenario, setGhost, setView, view, type View } from "../state/lab";

export function History(props: { catalog: Catalog }) {
  const [entries, { refetch }] = createResource(() => getJson<Entry[]>("/api/history"));
  const read = (entry: Entry) => JSON.parse(entry.view) as Pick<View, "scenario" | "readouts">;
  const open = (entry: Entry) => {
    const { scenario, readouts } = read(entry);
    openScenario(scenario, readouts);
  };
  const compare = async (entry: Entry) => {
    setGhost(await postCurves("/api/run", { page: `${page} compare`, scenario: read(entry).scenario }));
    setView("tab", "bench");
  };
  const drop = async (entry: Entry) => {
    await remove(`/api/history/${entry.id}`);
    await refetch();
  };
  return (
    <div class="page">
      <h2>History</h2>
      <p class="note">Settings that stayed on the bench for a few seconds are kept on this computer. "Compare" draws one as the pale line behind the bench.</p>
      <Show when={entries()?.length} fallback={<p class="note">{entries.loading ? "…" : "Nothing is kept yet."}</p>}>
        <ul class="findings">
          <For each={entries()}>
            {(entry) => (
              <li class="finding kept">
                <time class="note" dateTime={new Date(entry.at * 1000).toISOString()}>
                  {new Date(entry.at * 1000).toLocaleString()}
                </time>
                <div>
                  <p class="statement">{entry.title}</p>
                  <p class="note">
                    <button type="button" class="link" onClick={() => open(entry)}>open</button>
                    {" · "}
                    <button type="button" class="link" onClick={() => void compare(entry)} disabled={read(entry).scenario.hours !== view.scenario.hours}>
                      compare
                    </button>
                    {" · "}
                    <button type="button" class="link" aria-label={`Delete ${entry.title}`} onClick={() => void drop(entry)}>delete</button>
                    <Show when={entry.model_hash !== props.catalog.model.hash}>
                      {" · "}kept with another model ({entry.version}, {entry.model_hash.slice(0, 8)}): its curves differ
                    </Show>
                  </p>
                </div>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
