"""Compares our trajectories of SBML models with those of libroadrunner and COPASI.

Every model runs from 0 to 100 of its own time unit with 101 times on all three programs. Compared are the amounts of all
species and what else changes by rules or events, as far as the programs name it alike. Two courses agree if at all times
they differ by at most 1e-4 of the peak of the column, plus 1e-9 of the largest peak of the model: what is left of a
column that is zero but for rounding is no disagreement.

Tolerances are 1e-9 and 1e-11 (times the median peak where that is below 1); ours is the default absolute one.

Usage: cross_check.py PROGRAM MODELS OUT.tsv [NAME ...]
"""

import csv, glob, json, math, os, re, select, subprocess, sys, tempfile, threading
from concurrent.futures import ThreadPoolExecutor

T_END, POINTS = 100, 101
RTOL, ATOL = 1e-9, 1e-11
# What a program that fails may try then.
LOOSE_RTOL, LOOSE_ATOL = 1e-6, 1e-12
AGREE, NOISE = 1e-4, 1e-9
MOST_SECONDS = 60
PEERS = ["roadrunner", "copasi"]


def roadrunner_course(path, rtol, atol):
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    runner = roadrunner.RoadRunner(path)
    runner.integrator.relative_tolerance = rtol
    runner.integrator.absolute_tolerance = atol
    runner.integrator.maximum_num_steps = 1000000
    model = runner.model
    names = list(model.getFloatingSpeciesIds()) + list(model.getBoundarySpeciesIds())
    names += list(model.getCompartmentIds()) + list(model.getGlobalParameterIds())
    runner.timeCourseSelections = ["time"] + names
    result = runner.simulate(0, T_END, POINTS)
    return {name: [float(row[i + 1]) for row in result] for i, name in enumerate(names)}


def copasi_course(path, rtol, atol):
    import COPASI

    data = COPASI.CRootContainer.addDatamodel()
    try:
        if not data.importSBML(path):
            raise RuntimeError("cannot read the model")
        task = data.getTask("Time-Course")
        task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        problem = task.getProblem()
        problem.setStepNumber(POINTS - 1)
        problem.setDuration(T_END)
        problem.setTimeSeriesRequested(True)
        problem.setAutomaticStepSize(False)
        method = task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        method.getParameter("Absolute Tolerance").setDblValue(atol)
        method.getParameter("Max Internal Steps").setUIntValue(1000000)
        if not task.process(True):
            raise RuntimeError(task.getProcessError() or COPASI.CCopasiMessage.getAllMessageText()[:300] or "no result")
        series = task.getTimeSeries()
        model = data.getModel()
        species = {model.getMetabolite(i).getSBMLId() for i in range(model.getNumMetabs())}
        number = model.getQuantity2NumberFactor()
        rows = range(series.getRecordedSteps())
        if len(rows) != POINTS:
            raise RuntimeError(f"{len(rows)} times instead of {POINTS}")
        values = {}
        for i in range(1, series.getNumVariables()):
            name = series.getSBMLId(i, data)
            if not name:
                continue
            if name in species:
                values[name] = [series.getData(k, i) / number for k in rows]
            else:
                values[name] = [series.getConcentrationData(k, i) for k in rows]
        return values
    finally:
        COPASI.CRootContainer.removeDatamodel(data)


def worker(peer):
    """Answers requests line by line; what the libraries print goes elsewhere."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    course = {"roadrunner": roadrunner_course, "copasi": copasi_course}[peer]
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"course": course(request["path"], request["rtol"], request["atol"])}
        except Exception as error:
            # Without the time of day and the place in the program's own source.
            text = re.sub(r">EXCEPTION [0-9T:-]+< |, at (?:llvm|void|virtual|rr).*|In virtual double rr.*", "", " ".join(str(error).split()))
            answer = {"error": text[:200] or type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Peer:
    """A process that lives until it takes too long or dies."""

    def __init__(self, name):
        self.name, self.process = name, None

    def course(self, path, scale):
        answer = self.ask(path, RTOL, ATOL * scale)
        again = "error" in answer and "more than" not in answer["error"]
        return self.ask(path, LOOSE_RTOL, LOOSE_ATOL * scale) if again else answer

    def ask(self, path, rtol, atol):
        if self.process is None:
            command = [sys.executable, os.path.abspath(__file__), "--worker", self.name]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.process.stdin.write((json.dumps({"path": path, "rtol": rtol, "atol": atol}) + "\n").encode())
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], MOST_SECONDS)
        line = self.process.stdout.readline() if ready else b""
        if line:
            return json.loads(line)
        self.process.kill()
        self.process.wait()
        self.process = None
        return {"error": "the process died" if ready else f"more than {MOST_SECONDS} s"}


def our_course(program, path):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.csv")
        command = [program, "simulate", path, "--t-end", str(T_END), "--points", str(POINTS)]
        command += ["--out", out]
        # A logical model has levels, no amounts, and no tolerances.
        if "qual:listOfTransitions" not in open(path, encoding="utf-8", errors="replace").read():
            command += ["--species", "amount", "--rtol", str(RTOL)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            return {"error": f"more than {MOST_SECONDS} s"}
        if done.returncode != 0:
            return {"error": " ".join(done.stderr.split())[:200]}
        with open(out) as file:
            rows = list(csv.reader(file))
        columns = list(zip(*[[float(cell) for cell in row] for row in rows[1:]]))
        return {"course": dict(zip(rows[0], columns))}


def peak(values):
    return max((abs(v) for v in values if math.isfinite(v)), default=0.0)


def difference(a, b, names, scale):
    """The largest difference relative to the peak, its column, its first time, and at how many times there is one."""
    worst = (0.0, "", 0.0, 0)
    for name in names:
        x, y = a[name], b[name]
        limit = AGREE * max(peak(x), peak(y)) + NOISE * scale
        beyond = []
        for k, (u, v) in enumerate(zip(x, y)):
            same = u == v or (math.isnan(u) and math.isnan(v))
            error = 0.0 if same else abs(u - v)
            if not same and not error <= limit:
                beyond.append((AGREE * error / limit if math.isfinite(error) else math.inf, k))
        if beyond:
            largest = max(e for e, _ in beyond)
            if largest > worst[0]:
                worst = (largest, name, beyond[0][1] * T_END / (POINTS - 1), len(beyond))
    return worst


def said(found):
    error, name, t, count = found
    return "agrees" if not name else f"{error:.1e} in {name} from t = {t:g} at {count} times"


def compare(program, path, peers):
    ours = our_course(program, path)
    if "error" in ours:
        scale_of_atol, mine = 1.0, None
    else:
        mine = ours["course"]
        text = open(path, encoding="utf-8", errors="replace").read()
        variables = set(re.findall(r'<(?:\w+:)?(?:species|qualitativeSpecies)\s[^>]*?\bid="([^"]+)"', text))
        variables |= set(re.findall(r'<(?:\w+:)?(?:rateRule|eventAssignment|assignmentRule)\s[^>]*?variable="([^"]+)"', text))
        mine = {name: values for name, values in mine.items() if name in variables}
        peaks = sorted(p for p in map(peak, mine.values()) if p > 0.0)
        scale_of_atol = min(1.0, peaks[len(peaks) // 2]) if peaks else 1.0
    courses = {name: peer.course(path, scale_of_atol) for name, peer in peers.items()}
    row = {"model": os.path.splitext(os.path.basename(path))[0]}
    row["ours"] = ours.get("error", "runs")
    for name in PEERS:
        row[name] = courses[name].get("error", "runs")
    theirs = {name: answer["course"] for name, answer in courses.items() if "course" in answer}
    between = "-"
    if mine is not None:
        scale = max(map(peak, mine.values()), default=0.0)
        for name, course in list(theirs.items()):
            shared = [n for n in mine if n in course]
            row[name] = said(difference(mine, course, shared, scale)) if shared else "no column in common"
            if not shared:
                del theirs[name]
        if len(theirs) == 2:
            a, b = (theirs[name] for name in PEERS)
            between = said(difference(a, b, [n for n in mine if n in a and n in b], scale))
    row["between them"] = between
    row["verdict"] = verdict(mine is not None, [row[name] for name in PEERS], between)
    return row


def verdict(runs, peers, between):
    agreeing = peers.count("agrees")
    differing = sum(" from t = " in said for said in peers)
    if not runs:
        return "ours fails" if differing or "runs" in peers else "none runs"
    if agreeing + differing == 0:
        return "no peer runs"
    if agreeing:
        return "agrees" if not differing else "agrees with one"
    return "alone" if between in ("agrees", "-") else "three ways"


def main():
    program, models, out = sys.argv[1:4]
    wanted = sys.argv[4:]
    paths = sorted(glob.glob(os.path.join(models, "**", "*.xml"), recursive=True))
    if wanted:
        paths = [p for p in paths if any(w in p for w in wanted)]
    local = threading.local()

    def one(path):
        if not hasattr(local, "peers"):
            local.peers = {name: Peer(name) for name in PEERS}
        row = compare(program, path, local.peers)
        print(row["model"], row["verdict"], file=sys.stderr, flush=True)
        return row

    with ThreadPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(one, paths))
    columns = ["model", "verdict", "ours", *PEERS, "between them"]
    with open(out, "w") as file:
        file.write("\t".join(columns) + "\n")
        for row in rows:
            file.write("\t".join(str(row[c]).replace("\t", " ") for c in columns) + "\n")
    counts = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    for word, count in sorted(counts.items(), key=lambda c: -c[1]):
        print(f"{count:5} {word}")


if __name__ == "__main__":
    worker(sys.argv[2]) if sys.argv[1:2] == ["--worker"] else main()
    # Threads hold processes that wait for their next line.
    sys.stdout.flush()
    os._exit(0)
