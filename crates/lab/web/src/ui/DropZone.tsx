// A place for a file: dropped, or chosen with pointer or keys.
import { createSignal } from "solid-js";

export function DropZone(props: { label: string; accept: string; onFile: (file: File) => void }) {
  const [over, setOver] = createSignal(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) props.onFile(file);
  };
  return (
    <label
      class="drop"
      classList={{ over: over() }}
      onDragOver={(e) => (e.preventDefault(), setOver(true))}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => (e.preventDefault(), setOver(false), take(e.dataTransfer?.files))}
    >
      <input type="file" accept={props.accept} onChange={(e) => (take(e.currentTarget.files), (e.currentTarget.value = ""))} />
      {props.label}
    </label>
  );
}
