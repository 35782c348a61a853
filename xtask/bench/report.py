"""Writes docs/benchmarks/peers.md and peers.svg from the results of peers.py.

Usage: report.py RESULTS.json OUT_DIR
"""

import json, math, os, statistics, sys

RTOL = 1e-6
COLOURS = {"resurge": "#b5179e", "libroadrunner": "#1f77b4", "COPASI": "#2a9d3a", "bngsim": "#e07b00"}


def time_text(seconds):
    for unit, factor in [("s", 1), ("ms", 1e3), ("us", 1e6)]:
        if seconds * factor >= 1 or unit == "us":
            return f"{seconds * factor:.3g} {unit}"


def short(name):
    return name.split("_")[0]


def at(model, program, rtol):
    return next(r for r in model["rows"] if r["program"] == program and r["rtol"] == rtol)


def good(row):
    return "s" in row and row.get("accuracy")


# Errors below this are rounding: programs that reach it are equally accurate.
ROUNDING = 1e-12


def error(row):
    return max(row["accuracy"]["p95"], ROUNDING)


def time_at_accuracy(model, program, wanted):
    """Time that a program needs for a 95th-percentile error, from its own times and errors; None outside of them."""
    points = sorted(
        (math.log(error(r)), math.log(r["s"]))
        for r in model["rows"]
        if r["program"] == program and good(r)
    )
    x = math.log(max(wanted, ROUNDING))
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x0 <= x <= x1 and x1 > x0:
            return math.exp(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return None


def ratios(model):
    """The fastest peer at the accuracy of ours, and how many times as long it takes.

    A peer that never gets as accurate as ours is read at its own most accurate point, against our time there.
    """
    ours = at(model, "resurge", RTOL)
    if not good(ours):
        return None
    reached, missed = [], []
    for peer in COLOURS:
        rows = [r for r in model["rows"] if r["program"] == peer and good(r)]
        if peer == "resurge" or not rows:
            continue
        better = [r["s"] for r in rows if error(r) <= error(ours)]
        seconds = time_at_accuracy(model, peer, error(ours)) or (min(better) if better else None)
        if seconds:
            reached.append((seconds / ours["s"], peer, True))
            continue
        best = min(rows, key=error)
        own = time_at_accuracy(model, "resurge", error(best))
        if own:
            missed.append((best["s"] / own, peer, False))
    return min(reached + missed) if reached or missed else None


def table(data):
    programs = list(COLOURS)
    lines = ["| model | species | " + " | ".join(f"{p}: time / error" for p in programs) + " | fastest peer at our accuracy |"]
    lines.append("|---" * (len(programs) + 3) + "|")
    found = []
    for name, model in data["models"].items():
        cells = []
        for program in programs:
            row = at(model, program, RTOL)
            accuracy = row.get("accuracy")
            error = f"{accuracy['p95']:.0e} ({accuracy['max']:.0e})" if accuracy else "-"
            cells.append(f"{time_text(row['s'])} / {error}" if "s" in row else f"fails: {row['error']}")
        ratio = ratios(model)
        if ratio:
            found.append(ratio[0])
        where = "" if ratio and ratio[2] else ", at its own best accuracy"
        last = f"{ratio[1]}, {ratio[0]:.2g} times as long{where}" if ratio else "no peer runs it"
        lines.append(f"| {short(name)} | {model['n_species']} | " + " | ".join(cells) + f" | {last} |")
    if found:
        lines += ["", f"Median over the models: the fastest peer takes {statistics.median(found):.2g} times as long; smallest {min(found):.2g}."]
    return lines


def loading(data):
    lines = ["| model | " + " | ".join(COLOURS) + " |", "|---" * (len(COLOURS) + 1) + "|"]
    for name, model in data["models"].items():
        rows = [at(model, program, RTOL) for program in COLOURS]
        cells = [time_text(r["load_s"] + r["s"]) if "s" in r else "-" for r in rows]
        lines.append(f"| {short(name)} | " + " | ".join(cells) + " |")
    return lines


def figure(data):
    """One panel for each model: time against error, both logarithmic."""
    panels = list(data["models"].items())
    columns, width, height, margin = 4, 250, 210, 46
    rows = math.ceil(len(panels) / columns)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * width + 20}" height="{rows * height + 50}" '
        'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
    ]
    for i, (program, colour) in enumerate(COLOURS.items()):
        out.append(f'<circle cx="{30 + i * 130}" cy="18" r="5" fill="{colour}"/><text x="{40 + i * 130}" y="22">{program}</text>')
    for number, (name, model) in enumerate(panels):
        left, top = (number % columns) * width + margin, (number // columns) * height + 52
        w, h = width - margin - 12, height - 62
        points = {
            p: sorted((math.log10(max(r["accuracy"]["p95"], 1e-14)), math.log10(r["s"])) for r in model["rows"] if r["program"] == p and good(r))
            for p in COLOURS
        }
        every = [point for of in points.values() for point in of]
        if not every:
            continue
        x0, x1 = math.floor(min(x for x, _ in every)), math.ceil(max(x for x, _ in every) + 1e-9)
        y0, y1 = math.floor(min(y for _, y in every)), math.ceil(max(y for _, y in every) + 1e-9)
        x = lambda v: left + w * (x1 - v) / max(x1 - x0, 1)
        y = lambda v: top + h * (y1 - v) / max(y1 - y0, 1)
        out.append(f'<text x="{left}" y="{top - 7}" font-weight="bold">{short(name)} ({model["n_species"]} species)</text>')
        out.append(f'<rect x="{left}" y="{top}" width="{w}" height="{h}" fill="none" stroke="#999"/>')
        for v in range(x0, x1 + 1):
            if (v - x0) % max(1, (x1 - x0) // 4) == 0:
                out.append(f'<line x1="{x(v)}" x2="{x(v)}" y1="{top}" y2="{top + h}" stroke="#e5e5e5"/>')
                out.append(f'<text x="{x(v)}" y="{top + h + 13}" text-anchor="middle" font-size="9">1e{v}</text>')
        for v in range(y0, y1 + 1):
            label = {-6: "1 us", -5: "10 us", -4: "0.1 ms", -3: "1 ms", -2: "10 ms", -1: "0.1 s", 0: "1 s", 1: "10 s"}.get(v, f"1e{v} s")
            out.append(f'<line x1="{left}" x2="{left + w}" y1="{y(v)}" y2="{y(v)}" stroke="#e5e5e5"/>')
            out.append(f'<text x="{left - 4}" y="{y(v) + 3}" text-anchor="end" font-size="9">{label}</text>')
        for program, of in points.items():
            path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in of)
            out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[program]}" stroke-width="1.5"/>')
            out += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{COLOURS[program]}"/>' for a, b in of]
    out.append(f'<text x="{20 + columns * width / 2}" y="{rows * height + 42}" text-anchor="middle">error of 95 % of the species, relative to their peak (more accurate to the right); time of one simulation (faster below)</text></svg>')
    return "\n".join(out)


def main():
    with open(sys.argv[1]) as file:
        data = json.load(file)
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    text = [
        "# Against other simulators",
        "",
        f"Written by `cargo xtask bench --peers` on {data['machine']}; {versions}.",
        "Models are those of the PEtab benchmark collection, with the numbers of their SBML files, until the last measurement.",
        "",
        "## One simulation, model loaded",
        "",
        f"Reset, integrate, return all species at 101 times; rtol {RTOL:g}, atol 1e-9. Time on the processor, the smallest of 5 interleaved rounds.",
        "Error: largest |y - reference| over time relative to the peak of the species; of 95 % of the species, and of the worst one in brackets.",
        "The reference is the median, value by value, of all programs at rtol 1e-10.",
        "The last column reads the time of each peer at the error of ours from its own line in the figure;",
        "a peer that does not get there is compared at its own most accurate point, with our time from our line. Errors below 1e-12 count as equal.",
        "",
        *table(data),
        "",
        "![time against error](peers.svg)",
        "",
        "## Model file to first trajectory",
        "",
        *loading(data),
        "",
    ]
    with open(os.path.join(sys.argv[2], "peers.md"), "w") as file:
        file.write("\n".join(text))
    with open(os.path.join(sys.argv[2], "peers.svg"), "w") as file:
        file.write(figure(data) + "\n")


if __name__ == "__main__":
    main()
