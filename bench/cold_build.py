"""Measures cold builds: each configuration in an empty target folder, with the registry warm, in the debug profile.

The configurations take turns, so that a machine that slows down slows all of them. Of several rounds, the medians count.
"""

import dataclasses, json, os, pathlib, re, resource, statistics, subprocess, sys, tarfile, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Configuration:
    dependencies: str  # of the tool, as in Cargo.toml; {NAME} stands for the folder of a packed crate
    goal: float | None = None  # the most CPU seconds, relative to the peer's; the peer is the configuration without one
    main: str = "fn main() {}\n"
    pins: tuple = ()  # crates and their versions that a tool may choose in its lock file


def cargo(*arguments, cwd):
    # Crates of a registry are never built incrementally, so the packed crates must not be either.
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "never"}
    environment.pop("CARGO_TARGET_DIR", None)
    result = subprocess.run(["cargo", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"cargo {' '.join(map(str, arguments))} in {cwd}:\n{result.stderr}")


def packed(folder, names):
    """Packs crates of this repository as they would be published, unpacks them, and returns their folders by name."""
    target = folder / "package"
    packages = [argument for name in names for argument in ("-p", name)]
    cargo("package", *packages, "--no-verify", "--allow-dirty", "--target-dir", target, cwd=ROOT)
    crates = {}
    for name in names:
        (crate,) = (target / "package").glob(f"{name}-[0-9]*.crate")
        with tarfile.open(crate) as archive:
            archive.extractall(folder, filter="data")
        crates[name] = folder / crate.stem
    return crates


def tool(folder, name, configuration, crates):
    """Writes the package of a configuration, and fetches all that it needs."""
    package = folder / re.sub(r"\W+", "-", name)
    (package / "src").mkdir(parents=True)
    (package / "src" / "main.rs").write_text(configuration.main)
    # Packed crates name each other by version, which no registry has yet.
    patches = "".join(f'{crate} = {{ path = "{path}" }}\n' for crate, path in crates.items())
    manifest = '[package]\nname = "tool"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n'
    manifest += re.sub(r"\{([\w-]+)\}", lambda it: str(crates[it[1]]), configuration.dependencies)
    (package / "Cargo.toml").write_text(f"{manifest}\n[patch.crates-io]\n{patches}\n[workspace]\n")
    for crate, version in configuration.pins:
        cargo("update", "-p", crate, "--precise", version, cwd=package)
    cargo("fetch", cwd=package)
    return package


def build(package):
    """Builds in an empty target folder: wall seconds, CPU seconds, and the units with their seconds."""
    with tempfile.TemporaryDirectory(dir=package) as target:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        cargo("build", "--offline", "--timings", "--target-dir", target, cwd=package)
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        page = pathlib.Path(target, "cargo-timings", "cargo-timing.html").read_text()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    units = json.loads(re.search(r"UNIT_DATA = (\[.*?\]);\n", page, re.DOTALL)[1])
    return wall, cpu, [unit for unit in units if unit["name"] != "tool"]


def report(configurations, builds):
    """Prints the medians of each configuration's builds, and the units of its last."""
    peer = next((name for name in builds if configurations[name].goal is None), None)
    print(f"{'':28}{'wall s':>8}{'CPU s':>8}{'crates':>8}{'to peer':>9}{'goal':>7}")
    for name, runs in builds.items():
        goal = configurations[name].goal
        walls, cpus, units = zip(*runs)
        crates = len({(unit["name"], unit["version"]) for unit in units[-1]})
        row = f"{name:28}{statistics.median(walls):8.1f}{statistics.median(cpus):8.1f}{crates:8}"
        if peer and goal is not None:
            ratio = statistics.median(cpu / other[1] for cpu, other in zip(cpus, builds[peer]))
            row += f"{ratio:9.2f}{goal:7.2f}  {'met' if ratio <= goal else 'not met'}"
        print(row)
    print("\nThe five longest units, in seconds:")
    for name, runs in builds.items():
        longest = sorted(runs[-1][2], key=lambda unit: -unit["duration"])[:5]
        print(f"{name:28}" + ", ".join(f"{it['name']}{it['target']} {it['duration']:.1f}" for it in longest))


def main(configurations, crates):
    """Runs a script whose arguments are [ROUNDS] [CONFIGURATION ...]."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    names = sys.argv[2:] or list(configurations)
    if unknown := [name for name in names if name not in configurations]:
        sys.exit(f"no such configuration: {', '.join(unknown)}; there are: {', '.join(configurations)}")
    with tempfile.TemporaryDirectory(prefix="cold-build-") as folder:
        folder = pathlib.Path(folder)
        packages = packed(folder, crates)
        tools = {name: tool(folder, name, configurations[name], packages) for name in names}
        builds = {name: [] for name in names}
        for _ in range(rounds):
            for name, package in tools.items():
                builds[name].append(build(package))
        report(configurations, builds)
