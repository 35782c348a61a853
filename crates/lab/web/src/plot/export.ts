// Figures and tables as files: what is on the screen, with its colours written into the drawing.
import type { Curves } from "../api/client";

const PROPERTIES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-size", "font-weight", "font-style", "text-anchor", "paint-order", "stroke-opacity",
];
const FONT = "Inter, Helvetica, Arial, sans-serif";

/** A stand-alone drawing: styles of the page become attributes. */
export function standalone(source: SVGSVGElement, width?: number): SVGSVGElement {
  const copy = source.cloneNode(true) as SVGSVGElement;
  const [from, to] = [source.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of PROPERTIES) {
      const value = style.getPropertyValue(name);
      if (value && value !== "none" && value !== "normal" && value !== "auto") to[i]!.setAttribute(name, solid(value));
      else if (name === "fill" && value === "none") to[i]!.setAttribute("fill", "none");
    }
    for (const name of ["class", "tabindex", "role"]) to[i]!.removeAttribute(name);
  });
  const [, , w, h] = source.viewBox.baseVal ? [0, 0, source.viewBox.baseVal.width, source.viewBox.baseVal.height] : [0, 0, 100, 100];
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", FONT);
  copy.setAttribute("width", String(width ?? w));
  copy.setAttribute("height", String(((width ?? w) * h) / w));
  copy.removeAttribute("class");
  return copy;
}

let pixel: CanvasRenderingContext2D | undefined;

/** A mixed colour as plain rgb: drawing programs do not know color-mix. */
function solid(value: string): string {
  if (!/^(color|oklab|oklch)/.test(value)) return value;
  pixel ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }) as unknown as CanvasRenderingContext2D;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = value;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgb(${r},${g},${b})`;
}

/** All drawings below an element on one sheet, in rows as on the screen. */
export function sheet(root: Element, title: string): string {
  const drawings = [...root.querySelectorAll<SVGSVGElement>(".panel svg, svg.map, svg.blot, svg.heat, figure > svg")];
  const unique = [...new Set(drawings)];
  const boxes = unique.map((svg) => svg.getBoundingClientRect());
  const left = Math.min(...boxes.map((b) => b.left));
  const top = Math.min(...boxes.map((b) => b.top));
  const right = Math.max(...boxes.map((b) => b.right));
  const bottom = Math.max(...boxes.map((b) => b.bottom));
  const ground = getComputedStyle(document.body).backgroundColor;
  const ink = getComputedStyle(document.body).color;
  const HEAD = 34;
  const out = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const [width, height] = [Math.ceil(right - left + 24), Math.ceil(bottom - top + 24 + HEAD)];
  out.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  out.setAttribute("viewBox", `0 0 ${width} ${height}`);
  out.setAttribute("width", String(width));
  out.setAttribute("height", String(height));
  out.setAttribute("font-family", FONT);
  const rect = document.createElementNS(out.namespaceURI, "rect");
  for (const [k, v] of Object.entries({ width, height, fill: ground })) rect.setAttribute(k, String(v));
  const text = document.createElementNS(out.namespaceURI, "text");
  for (const [k, v] of Object.entries({ x: 12, y: 22, "font-size": 14, "font-weight": 650, fill: ink })) text.setAttribute(k, String(v));
  text.textContent = title;
  out.append(rect, text);
  unique.forEach((svg, i) => {
    const box = boxes[i]!;
    const copy = standalone(svg, box.width);
    copy.setAttribute("x", String(box.left - left + 12));
    copy.setAttribute("y", String(box.top - top + 12 + HEAD));
    copy.setAttribute("height", String(box.height));
    out.append(copy);
  });
  return new XMLSerializer().serializeToString(out);
}

/** Offers a file to save. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A drawing as pixels, at three times its size: 300 dpi at a column of a journal. */
export async function png(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * 3, image.height * 3];
  const context = canvas.getContext("2d")!;
  context.scale(3, 3);
  context.drawImage(image, 0, 0);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("the browser made no picture"))), "image/png"));
}

/** A drawing as a page of vectors. */
export async function pdf(svg: string): Promise<Blob> {
  const [{ jsPDF }] = await Promise.all([import("jspdf"), import("svg2pdf.js")]);
  const element = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement as unknown as SVGSVGElement;
  const [w, h] = [Number(element.getAttribute("width")), Number(element.getAttribute("height"))];
  const page = new jsPDF({ unit: "px", format: [w, h], orientation: w > h ? "landscape" : "portrait", hotfixes: ["px_scaling"] });
  document.body.append(element);
  try {
    await page.svg(element, { x: 0, y: 0, width: w, height: h });
  } finally {
    element.remove();
  }
  return page.output("blob");
}

/** Curves as a table: one row per time, one column per arm and read-out, in the units of the read-outs. */
export function csv(curves: Curves, readouts: { id: string; unit: string }[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const columns = curves.arms.flatMap((arm) =>
    readouts.map((r) => ({ name: `${r.id} [${r.unit}], ${arm.head.label}`, values: arm.values.get(r.id)! })),
  );
  const rows = [["time_h", ...columns.map((c) => quote(c.name))].join(",")];
  curves.times.forEach((t, i) => rows.push([t, ...columns.map((c) => c.values[i])].join(",")));
  return `${rows.join("\n")}\n`;
}
