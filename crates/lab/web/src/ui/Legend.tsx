// What each line of a plot is.
import { For, type JSX } from "solid-js";
import type { Line } from "../plot/TimeCourse";

interface Props {
  lines: Line[];
  /** What stands behind a name. */
  more?: (line: Line) => JSX.Element;
}

export function Legend(props: Props) {
  return (
    <ul class="legend">
      <For each={props.lines}>
        {(line) => (
          <li>
            <svg viewBox="0 0 26 8" aria-hidden="true">
              <line class={`curve ${line.className}`} x1="1" x2="25" y1="4" y2="4" />
            </svg>
            {line.label}
            {props.more?.(line)}
          </li>
        )}
      </For>
    </ul>
  );
}
