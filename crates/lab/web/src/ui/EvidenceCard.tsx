// What is known about a thing, from where, and what speaks against it.
import { createEffect, createResource, For, Show } from "solid-js";
import { getJson } from "../api/client";
import type { Card, Catalog } from "../api/types";
import { card, showCard } from "../state/lab";

export function EvidenceCard(props: { catalog: Catalog }) {
  const [facts] = createResource(card, (about) =>
    getJson<Card>(`/api/evidence?about=${encodeURIComponent(about)}`).catch((e: Error) => e),
  );
  let close!: HTMLButtonElement;
  let before: Element | null = null;
  createEffect(() => {
    if (card()) {
      before ??= document.activeElement;
      close.focus();
    }
  });
  const shut = () => {
    showCard(undefined);
    if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
    before = null;
  };
  const paper = (id: string) => props.catalog.papers.find((p) => p.id === id);
  return (
    <aside class="card" classList={{ open: card() !== undefined }} aria-label="Evidence" inert={card() === undefined} onKeyDown={(e) => e.key === "Escape" && shut()}>
      <button ref={close} type="button" class="remove" aria-label="Close the card" onClick={shut}>
        ×
      </button>
      <Show when={facts() instanceof Error}>
        <p class="problem">{(facts() as Error).message}</p>
      </Show>
      <Show when={facts() && !(facts() instanceof Error) && (facts() as Card)}>
        {(c) => (
          <>
            <p class="kind">{c().kind}</p>
            <h2>{c().title}</h2>
            <p>{c().about}</p>
            <dl>
              <For each={c().facts}>
                {(fact) => (
                  <>
                    <dt>{fact[0]}</dt>
                    <dd>{fact[1]}</dd>
                  </>
                )}
              </For>
            </dl>
            <Show when={c().contradictions.length}>
              <h3>What disagrees</h3>
              <For each={c().contradictions}>
                {(d) => (
                  <div class="dispute">
                    <strong>{d.title}</strong>
                    <ul>
                      <For each={d.sides}>{(side) => <li>{side}</li>}</For>
                    </ul>
                    <p>{d.resolution}</p>
                  </div>
                )}
              </For>
            </Show>
            <Show when={c().parameters.length}>
              <h3>Numbers</h3>
              <ul class="plain">
                <For each={c().parameters}>
                  {(p) => (
                    <li>
                      <code>{p.name}</code> = {p.value} <span class="note">({p.range}; {p.obtained}: {p.source})</span>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <Show when={c().evidence.length}>
              <h3>Statements of papers</h3>
              <ul class="plain">
                <For each={c().evidence}>
                  {(e) => (
                    <li>
                      {e.text}
                      <span class="note">
                        {e.conditions ? ` ${e.conditions}.` : ""} {paper(e.paper)?.citation ?? e.paper}
                        {e.section ? `, ${e.section}` : ""} · {e.directness || "directness not stated"}
                      </span>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <Show when={c().rules.length}>
              <details>
                <summary>Rules of the model ({c().rules.length})</summary>
                <ul class="plain">
                  <For each={c().rules}>
                    {(r) => (
                      <li>
                        <button type="button" class="link" onClick={() => showCard(r.rule)}>
                          <code>{r.rule}</code>
                        </button>
                        <span class="note"> {r.note || r.evidence.join(", ")}</span>
                      </li>
                    )}
                  </For>
                </ul>
              </details>
            </Show>
          </>
        )}
      </Show>
    </aside>
  );
}
