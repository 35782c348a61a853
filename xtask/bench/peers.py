"""Compares simulators on SBML models: time on the processor and accuracy, in one interleaved run.

Each program lives in a process of its own, pinned to one processor; they take turns, and the smallest time of all
rounds counts. Time is what the process spent on the processor for: reset, integrate, return all species at 101 times.
The error of a species is the largest |y - reference| over time relative to its peak; the reference is the median, value
by value, of what the programs give at tight tolerances.

Usage: peers.py ENGINE OUT.json BENCHMARK_MODELS NAME ...
ENGINE is our benchmark program, BENCHMARK_MODELS the folder of the PEtab benchmark collection; a simulation lasts until
the last measurement of the problem, with the numbers of the SBML file.
"""

import csv, glob, json, os, platform, statistics, subprocess, sys, tempfile, time

POINTS = 101
TOLERANCES = [(1e-4, 1e-7), (1e-6, 1e-9), (1e-8, 1e-11)]
TIGHT = (1e-10, 1e-13)
ROUNDS = 5
MOST_SECONDS = 120


class Roadrunner:
    def __init__(self, path, t_end, rtol, atol):
        import roadrunner

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self.t_end = t_end
        self.model = roadrunner.RoadRunner(path)
        self.model.integrator.relative_tolerance = rtol
        self.model.integrator.absolute_tolerance = atol
        self.model.integrator.maximum_num_steps = 1000000
        self.names = list(self.model.model.getFloatingSpeciesIds())
        self.model.timeCourseSelections = [f"[{name}]" for name in self.names]

    def run(self):
        self.model.resetToOrigin()
        return self.model.simulate(0, self.t_end, POINTS)

    def values(self, result):
        return {name: [float(row[i]) for row in result] for i, name in enumerate(self.names)}


class Copasi:
    def __init__(self, path, t_end, rtol, atol):
        import COPASI

        self.copasi = COPASI
        self.data = COPASI.CRootContainer.addDatamodel()
        if not self.data.importSBML(path):
            raise RuntimeError("cannot read the model")
        self.task = self.data.getTask("Time-Course")
        self.task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        problem = self.task.getProblem()
        problem.setStepNumber(POINTS - 1)
        problem.setDuration(t_end)
        problem.setTimeSeriesRequested(True)
        method = self.task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        method.getParameter("Absolute Tolerance").setDblValue(atol)
        method.getParameter("Max Internal Steps").setUIntValue(1000000)

    def run(self):
        if not self.task.process(True):
            raise RuntimeError(self.task.getProcessError())
        return self.task.getTimeSeries()

    def values(self, series):
        values = {}
        for i in range(1, series.getNumVariables()):
            name = series.getSBMLId(i, self.data)
            if name:
                values[name] = [series.getConcentrationData(k, i) for k in range(series.getRecordedSteps())]
        return values


class Bngsim:
    def __init__(self, path, t_end, rtol, atol):
        import bngsim

        self.t_end, self.rtol, self.atol = t_end, rtol, atol
        self.model = bngsim.Model.from_sbml(path)
        self.model.save_concentrations("start")
        self.simulator = bngsim.Simulator(self.model, method="ode", codegen=True)

    def run(self):
        self.model.restore_concentrations("start")
        return self.simulator.run(
            (0.0, self.t_end), POINTS, rtol=self.rtol, atol=self.atol, max_steps=1000000
        )

    def values(self, result):
        species = result.species
        return {name: [float(row[i]) for row in species] for i, name in enumerate(self.model.species_names)}


PEERS = {"libroadrunner": Roadrunner, "COPASI": Copasi, "bngsim": Bngsim}


def work(name, path, t_end, rtol, atol):
    """A worker: answers requests from standard input with lines of JSON."""
    sink = os.dup(1)
    os.dup2(2, 1)

    def answer(value):
        os.write(sink, (json.dumps(value) + "\n").encode())

    try:
        start = time.process_time()
        peer = PEERS[name](path, t_end, rtol, atol)
        loaded = time.process_time() - start
        first = peer.run()
    except Exception as error:
        return answer({"error": str(error).strip().split("\n")[0][:200] or type(error).__name__})
    answer({"load_s": loaded, "error": ""})
    for line in sys.stdin:
        word, argument = line.split()
        if word == "time":
            start = time.process_time()
            for _ in range(int(argument)):
                first = peer.run()
            answer({"s": (time.process_time() - start) / int(argument)})
        else:
            values = peer.values(first)
            names = list(values)
            with open(argument, "w") as file:
                file.write("\t".join(names) + "\n")
                for row in range(POINTS):
                    file.write("\t".join(repr(values[name][row]) for name in names) + "\n")
            answer({})


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {max(os.sched_getaffinity(0))})
        self.state = self.read()

    def read(self):
        import select

        if not select.select([self.process.stdout], [], [], MOST_SECONDS)[0]:
            self.process.kill()
            return {"error": f"more than {MOST_SECONDS} s"}
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "ended without an answer"}

    def ask(self, text):
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except OSError:
            return {"error": "ended without an answer"}
        return self.read()

    def close(self):
        self.process.kill()
        self.process.wait()


def start(engine, name, path, t_end, tolerance):
    rtol, atol = tolerance
    if name == "resurge":
        return Worker([engine, "serve", path, str(t_end), str(POINTS), str(rtol), str(atol)])
    return Worker([sys.executable, __file__, "--worker", name, path, str(t_end), str(rtol), str(atol)])


def values_of(worker):
    with tempfile.NamedTemporaryFile("r", suffix=".tsv") as file:
        if worker.ask(f"values {file.name}").get("error"):
            return None
        rows = [line.rstrip("\n").split("\t") for line in file]
    columns = zip(*[[float(v) for v in row] for row in rows[1:]])
    return dict(zip(rows[0], map(list, columns)))


def errors(values, reference):
    found = []
    for name, truth in reference.items():
        peak = max(abs(v) for v in truth)
        if name in values and peak > 0:
            found.append(max(abs(a - b) for a, b in zip(values[name], truth)) / peak)
    found.sort()
    if not found or any(e != e for e in found):
        return None
    return {"p95": found[min(len(found) - 1, int(0.95 * len(found)))], "max": found[-1], "n": len(found)}


def measure(engine, path, t_end):
    """All programs and tolerances on one model."""
    names = ["resurge", *PEERS]
    tight = {}
    for name in names:
        worker = start(engine, name, path, t_end, TIGHT)
        if not worker.state.get("error"):
            values = values_of(worker)
            if values:
                tight[name] = values
        worker.close()
    # A reference needs two programs that agree; the median of all is robust against one that does not.
    species = set.intersection(*[set(v) for v in tight.values()]) if len(tight) > 1 else set()
    reference = {
        s: [statistics.median(column) for column in zip(*[values[s] for values in tight.values()])]
        for s in sorted(species)
    }
    rows = []
    for tolerance in TOLERANCES:
        workers = {name: start(engine, name, path, t_end, tolerance) for name in names}
        best, repeats = {}, {}
        for round_number in range(ROUNDS + 1):
            for name, worker in workers.items():
                if worker.state.get("error"):
                    continue
                answer = worker.ask(f"time {repeats.get(name, 1)}")
                if answer.get("error"):
                    worker.state = answer
                elif round_number == 0:
                    repeats[name] = max(1, min(1000, int(0.1 / max(answer["s"], 1e-7))))
                else:
                    best[name] = min(best.get(name, 1e300), answer["s"])
        for name, worker in workers.items():
            row = {"program": name, "rtol": tolerance[0], "atol": tolerance[1]}
            if worker.state.get("error"):
                row["error"] = worker.state["error"]
            else:
                row |= {"s": best[name], "load_s": worker.state["load_s"]}
                row["accuracy"] = errors(values_of(worker) or {}, reference)
            rows.append(row)
            worker.close()
    return {"n_species": len(reference), "rows": rows}


def problem(folder, name):
    """SBML file and end of a problem."""
    (path,) = glob.glob(os.path.join(folder, name, "model_" + name + ".xml"))
    times = [0.0]
    for file in glob.glob(os.path.join(folder, name, "measurementData*.tsv")):
        with open(file) as table:
            times += [float(row["time"]) for row in csv.DictReader(table, delimiter="\t")]
    return path, max(t for t in times if t < float("inf"))


def main():
    engine, out, folder, *names = sys.argv[1:]
    results = {}
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        path, t_end = problem(folder, name)
        results[name] = {"t_end": t_end, **measure(engine, path, t_end)}
        with open(out, "w") as file:
            json.dump({"machine": machine(), "versions": versions(), "models": results}, file, indent=1)


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "")
    return f"{model or platform.processor()}, {os.cpu_count()} processors, {platform.system()}"


def versions():
    from importlib.metadata import version

    return {name: version(name) for name in ["libroadrunner", "python-copasi", "bngsim"]}


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--worker":
        name, path, *numbers = sys.argv[2:]
        work(name, path, *map(float, numbers))
    else:
        main()
