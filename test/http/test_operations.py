# SPDX-License-Identifier: PostgreSQL
"""Promise: the operator's tools work: the dashboard and the alerts ask for metrics that exist, the units parse and
confine the programs, logs are rotated without losing a line, and dev/install refuses a server with a known security
hole.

Could break: a renamed metric leaves an empty panel and a dead alert; no program reads a unit before installation."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import pytest

from certificates import Nginx
from test_certificates import ask, own_stack
from test_metrics import read, scrape
from test_restart import until

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
METRIC = re.compile(r"\b(?:jb|process)_[a-z_]+")


def there(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def source(*path):
    return os.path.join(SOURCE, *path)


@pytest.fixture
def families(service, calendar):
    """The names of the metrics in a scrape; a histogram has three."""
    service.call("GET", "/events")
    wish = {"event_name": "Refused", "start_timestamp": "2001-01-01T09:00:00Z", "calendars": [calendar]}
    assert service.send("POST", "/events", wish).status == 409
    return {name for name, _ in read(scrape(service, [calendar]))}


def panels():
    with open(source("monitoring", "grafana.json"), encoding="utf-8") as file:
        return json.load(file)["panels"]


def test_each_panel_asks_for_metrics_that_there_are(families):
    shown = set()
    for panel in panels():
        assert panel["title"] and panel["targets"], panel
        for target in panel["targets"]:
            asked = set(METRIC.findall(target["expr"]))
            assert asked and asked <= families, f"{panel['title']}: there is no {asked - families}"
            shown |= {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    assert shown == {re.sub(r"_(bucket|sum|count)$", "", name) for name in families}, "each metric has a panel"


def test_panels_lie_side_by_side():
    taken = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


@there("promtool")
def test_each_query_parses(tmp_path):
    """Prometheus' own reader parses the dashboard's queries as recording rules."""
    rules = [{"record": "panel", "expr": re.sub(r"\$__rate_interval", "5m", target["expr"]).replace("$job", ".*")}
             for panel in panels() for target in panel["targets"]]
    path = tmp_path / "rules.yml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": [{**rule, "labels": {"n": str(n)}} for n, rule in enumerate(rules)]}]}))
    for file in (str(path), source("monitoring", "alerts.yml")):
        checked = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_asks_for_metrics_that_there_are(families):
    with open(source("monitoring", "alerts.yml"), encoding="utf-8") as file:
        expressions = re.findall(r"^ +expr: (.*)$", file.read(), re.MULTILINE)
    assert len(expressions) >= 5
    for expression in expressions:
        assert set(METRIC.findall(re.sub(r'"[^"]*"', "", expression))) <= families, expression


def test_each_alert_names_what_to_do():
    """Each alert has a link for the operator on duty to a section of the runbook."""
    with open(source("monitoring", "alerts.yml"), encoding="utf-8") as file:
        text = file.read()
    with open(source("docs", "runbook.md"), encoding="utf-8") as file:
        titles = re.findall(r"^## (.*)$", file.read(), re.MULTILINE)
    sections = {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in titles}
    named = re.findall(r"^ +runbook: docs/runbook\.md#(.*)$", text, re.MULTILINE)
    assert len(named) == len(re.findall(r"- alert: ", text))
    assert set(named) <= sections, set(named) - sections


UNITS = sorted(name for name in os.listdir(source("systemd")) if name.endswith(".service"))
TIMERS = sorted(name for name in os.listdir(source("systemd")) if name.endswith(".timer"))


@there("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_units_parse_and_shut_the_programs_in(unit, tmp_path):
    with open(source("systemd", unit), encoding="utf-8") as file:
        text = file.read()
    # The package brings the program and its user; here another program and root take their places.
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
    (tmp_path / unit).write_text(re.sub(r"^User=.*\n", "User=root\n", text, flags=re.MULTILINE))
    for other in os.listdir(source("systemd")):
        if other.endswith(".socket"):
            shutil.copy(source("systemd", other), tmp_path)
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False)
    assert verified.returncode == 0 and not verified.stderr.strip(), verified.stderr
    judged = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(tmp_path / unit)],
                            capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout


@there("systemd-analyze")
@pytest.mark.parametrize("timer", TIMERS)
def test_timers_start_what_there_is(timer):
    service_of = source("systemd", timer.replace(".timer", ".service"))
    assert "Type=oneshot" in pathlib.Path(service_of).read_text(encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", source("systemd", timer)], capture_output=True, text=True, check=False)
    assert verified.returncode == 0 and not verified.stderr.strip(), verified.stderr


@own_stack
def test_make_up_ends_with_every_address(tmp_path):
    stack = tmp_path / "stack"
    (stack / "room").mkdir(parents=True)
    (stack / "room" / "demo.json").write_text("{}")  # as if already booked
    (stack / "env").write_text("".join(f"export {name}={shlex.quote(os.environ[name])}\n" for name in ("JB_URL", "JB_ADMIN_URL", "JB_CA", "JB_CERT", "JB_KEY")))
    def told():
        return subprocess.run([source("dev", "demo"), stack], capture_output=True, text=True, check=True).stdout
    assert "Public" not in told()
    with open(stack / "env", "a", encoding="utf-8") as file:
        file.write("export JB_PUBLIC_URL=https://localhost:8445\n")
    assert "  Public       https://localhost:8445, " in told()


@own_stack
@there("logrotate")
def test_rotated_logs_lose_no_line(service):
    with tempfile.TemporaryDirectory(prefix="jb_rotated.") as folder, Nginx(os.path.join(folder, "nginx"), service.pki) as nginx:
        os.chmod(folder, 0o755)  # nginx's workers, which run as another user, open the new files
        log = os.path.join(nginx.folder, "access.log")
        settings = os.path.join(folder, "logrotate.conf")
        with open(source("nginx", "logrotate.conf.in"), encoding="utf-8") as file:
            text = file.read().replace("@LOG@", nginx.folder).replace("@PID@", os.path.join(nginx.folder, "nginx.pid"))
        with open(settings, "w", encoding="utf-8") as file:
            file.write(text.replace("sharedscripts", "sharedscripts\n    su root root" if os.getuid() == 0 else "sharedscripts"))

        def logged(path):
            with open(path, encoding="utf-8") as file:
                return len(file.readlines())

        manager = os.path.join(service.pki, "manager")
        system = os.stat("/dev/null")
        for _ in range(3):
            assert ask(service, manager, address=("localhost", nginx.port)).status == 200
        until(lambda: logged(log) == 3, "three lines")
        subprocess.run(["logrotate", "--force", "--state", os.path.join(folder, "state"), settings], check=True, capture_output=True)
        assert logged(log + ".1") == 3
        until(lambda: ask(service, manager, address=("localhost", nginx.port)).status == 200 and logged(log) > 0, "lines in the new file")
        # Within the day, once the log is large.
        rotate = ["logrotate", "--state", os.path.join(folder, "state"), settings]
        subprocess.run(rotate, check=True, capture_output=True)
        kept = os.path.getsize(log)
        assert kept > 0, "a small file stays"
        os.truncate(log, 201 << 20)  # a hole takes no space
        subprocess.run(rotate, check=True, capture_output=True)
        assert os.path.getsize(log) < kept < os.path.getsize(log + ".1"), "a large one goes"
        assert os.stat("/dev/null").st_uid == system.st_uid, "nginx owns no file of the system: it gives its logs to its workers' user"


# ---- dev/check ----

@pytest.mark.parametrize("names", [["nonsense"], ["unit", "nonsense"], ["unit http"], [""]])
def test_an_unknown_suite_is_an_error(names):
    """A user who mistypes a suite's name must not be told that all is well."""
    refused = subprocess.run([source("dev", "check"), *names], capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and refused.stdout == "", refused
    assert f'"{names[-1]}"' in refused.stderr
    assert {"unit", "sanitize", "http", "packages"} <= set(refused.stderr.split())


@pytest.mark.parametrize("failures, status", [(1, 0), (2, 1)])
def test_a_suite_that_fails_once_is_unsteady(tmp_path, failures, status):
    """It passes on a stack of its own, is called unsteady, and is not recorded."""
    programs = {
        "dev/build": "", "dev/tested": "shift 2; echo recorded: $*",
        "dev/stack": 'case $1 in up) mkdir "$2" && touch "$2/lock" "$2/env" ;; destroy) rm -r "$2" ;; esac',
        "test/clients/check": f'echo "✖ it books (1.5ms)"; echo >>"$0.runs"; [ $(wc -l <"$0.runs") -gt {failures} ]'}
    for name, text in programs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    for name in ("check", "lib.sh"):
        shutil.copy(source("dev", name), tmp_path / "dev")
    done = subprocess.run([tmp_path / "dev" / "check", "clients"], env={**os.environ, "JB_RECORD": "1"}, capture_output=True, text=True, check=False)
    assert done.returncode == status, done
    first = tmp_path / "build" / "check" / "clients.1.log"
    assert first.exists() and f"runs once more at the end: {first}" in done.stdout
    told = f"2 passed, 0 failed, 0 skipped\nunsteady: clients passed the second time; first log: {first}\n✖ it books (1.5ms)\nrecorded: build\n"
    assert (told in done.stdout) == (status == 0) and ("unsteady" in done.stdout) == (status == 0), done.stdout


# ---- dev/install ----

FIXED = {"nginx": "1.22.1-9+deb12u1", "libfcgi0ldbl": "2.4.2-2+deb12u1"}
DPKG_QUERY = """#!/bin/sh
# Everything is installed; the version that is asked for stands in a file of the package's name.
case "$3" in *Version*) exec cat "${0%/*}/$4" ;; *) echo installed ;; esac
"""


def install(folder, versions):
    """dev/install on a machine that has all packages, in these versions, and where no command can change anything."""
    programs = {"dpkg-query": DPKG_QUERY, **dict.fromkeys(("apt-get", "sudo", "tee", "mv", "rm"), "#!/bin/sh\nexit 1\n")}
    for name, text in {**programs, **versions}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return subprocess.run([source("dev", "install")], env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package, version, hole", [
    ("nginx", "1.22.1-9", "CVE-2025-23419"), ("nginx", "1.18.0-6.1+deb11u3", "CVE-2025-23419"),
    ("nginx", "1.22.1-9+deb12u1~bpo11+1", "CVE-2025-23419"), ("libfcgi0ldbl", "2.4.2-2", "CVE-2025-23016")])
def test_a_server_with_a_known_hole_is_refused(tmp_path, package, version, hole):
    refused = install(tmp_path, {**FIXED, package: version})
    assert refused.returncode == 1, refused
    assert f"{package} {version} has {hole}" in refused.stderr and f"--only-upgrade {package}" in refused.stderr


@pytest.mark.parametrize("version", ["1.22.1-9+deb12u1", "1.22.1-9+deb12u10", "1.26.3-3"])
def test_a_server_without_it_is_taken(tmp_path, version):
    taken = install(tmp_path, {**FIXED, "nginx": version})
    assert (taken.returncode, taken.stderr) == (0, ""), taken


@pytest.mark.parametrize("config, server", [
    ("/usr/lib/postgresql/*/bin/pg_config", "18"),  # if none is installed, the newest that apt offers
    ("/usr/lib/postgresql/15/bin/pg_config", "15")])
def test_the_packages_are_those_of_the_server(tmp_path, config, server):
    lacks_servers = """#!/bin/sh
case "$*" in *postgresql-*|*Provides*) exit 1 ;; *Version*) echo 9 ;; *) echo installed ;; esac
"""
    done = dict.fromkeys(("mv", "rm", "mkdir", "chmod", "rmdir"), "#!/bin/sh\nexit 0\n")
    reads = "#!/bin/sh\nexec cat >/dev/null\n"  # ended before, it would break the pipe, and with it dev/install
    offers = "#!/bin/sh\nprintf 'postgresql-server-dev-%s\\n' 9 18 all 17\n"
    keeps = f"#!/bin/sh\necho \"$*\" >>{tmp_path}/asked\n"
    for name, text in {**done, "sudo": '#!/bin/sh\nexec "$@"\n', "tee": reads, "dpkg-query": lacks_servers, "apt-cache": offers, "apt-get": keeps}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PG_CONFIG": config}
    installed = subprocess.run([source("dev", "install"), source("dev", "test-packages")], env=environment,
                               capture_output=True, text=True, check=False)
    assert (tmp_path / "asked").exists(), installed
    asked = (tmp_path / "asked").read_text().splitlines()[-1].split()
    assert [name for name in asked if name.startswith("postgresql")] == [
        f"postgresql-server-dev-{server}", f"postgresql-{server}", f"postgresql-{server}-pgtap"], installed
