#!/usr/bin/python3
"""Runs the examples of a Markdown page and compares their output with what the page shows.

Promise: a reader who pastes an example sees the output below it. Could break if a wording or a rule changes and the
page does not, or if a page relies on its author's shell: the shell here knows nothing of the stack until the page has
sourced `.run/env`.

A block of language "sh" or "sql" is run, in order; each page has its own shell and psql sessions. The next block of
language "text", "json" or "http" is the output: text literally; json as a value, whatever its layout; http as status
line, the shown headers, and a JSON body. An example without an output block may print anything but an error. Blocks of
other languages ("console", "ini") are only for reading.

Each page begins with the database as left by `make up`, with one event booked; the scheduler's clock stands at NOW.

    examples.py check STACK PAGE...    differences go to standard error; exit status 1
    examples.py write STACK PAGE...    puts the output into the pages
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import threading

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
NOW = "2027-03-01T07:30:00+01:00"  # a Monday; the stack's zone is Europe/Berlin
PATIENCE = 60
WIDTH = 100
RUN = ("sh", "sql")
OUTPUT = ("text", "json", "http")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- end of example ---"

# What differs between runs or machines, and is not promised.
VOLATILE = [
    (re.compile(r"\b[0-9a-f]{32}\b"), "REQUEST-ID"),
    (re.compile(r"\bb1[0-9a-f]{64}\b"), "BASIS"),
    (re.compile(r"\bPID \d+"), "PID N"),
    (re.compile(r"\b1[4-9]\.\d+ \([^)]*\)"), "SERVER-VERSION"),
]


class Session:
    """A shell or psql that is fed block by block."""

    def __init__(self, command, end, room, environment):
        self.end = end
        self.process = subprocess.Popen(command, cwd=room, env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)

    def run(self, code):
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        self.process.stdin.write(code + "\n" + self.end + "\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n").endswith(MARK):
                lines.append(line.rstrip("\n").removesuffix(MARK))
                watchdog.cancel()
                return "".join(lines).strip("\n")
            lines.append(line)
        sys.exit("the session ended in the middle of:\n" + code + "".join(lines))

    def close(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


def environment_of(stack):
    """A reader's environment: the stack's, in which the clock of `date` also stands still."""
    text = subprocess.check_output(["bash", "-c", '. "$1/env" && env -0', "bash", stack], text=True)
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def fresh(environment):
    """The environment of a newly opened shell."""
    return {name: value for name, value in environment.items() if not name.startswith(("JB_", "PG"))}


def make_room(stack, folder):
    """A folder that looks like the checkout after `make up`."""
    for name in os.listdir(SOURCE):
        if name not in (".run", ".git", "examples"):
            os.symlink(os.path.join(SOURCE, name), os.path.join(folder, name))
    os.mkdir(os.path.join(folder, "examples"))  # copied and not linked: the examples look for .run beside their own folder
    for name in os.listdir(os.path.join(SOURCE, "examples")):
        os.symlink(os.path.join(SOURCE, "examples", name), os.path.join(folder, "examples", name))
    os.symlink(os.path.realpath(stack), os.path.join(folder, ".run"))
    # GNU date ignores a weekday beside a date. NOW is a Monday, so "monday" beside NOW adds nothing.
    tools = os.path.join(folder, ".bin")
    os.mkdir(tools)
    with open(os.path.join(tools, "date"), "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\n[ "$1" = -d ] && exec /bin/date -d "{NOW[:10]} $2" "$3"\nexec /bin/date "$@"\n')
    os.chmod(script.name, 0o755)
    return tools


def reset(stack, environment):
    """An empty database, its clock set, and the booking made by `make up`."""
    def psql(database, *commands):
        options = [option for command in commands for option in ("-c", command)]
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *options], env=environment,
                       check=True, stdout=subprocess.DEVNULL)

    psql("postgres", "SET client_min_messages = warning", "DROP DATABASE IF EXISTS jb WITH (FORCE)",
         "DROP ROLE IF EXISTS app")
    subprocess.run([SOURCE + "/dev/stack", "up", stack], check=True, stdout=subprocess.DEVNULL)
    psql("jb", f"ALTER DATABASE jb SET jb_scheduler.now = '{NOW}'",
         "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'jb_gateway'")
    if os.environ.get("JB_DOCS_PROXY"):
        subprocess.run([SOURCE + "/test/cluster/alone", stack, "jb"], check=True, stdout=subprocess.DEVNULL)
    demo = os.path.join(os.path.realpath(os.path.join(stack, "room")), "demo.json")
    if os.path.exists(demo):
        os.remove(demo)
    subprocess.run([SOURCE + "/dev/demo", stack], check=True, stdout=subprocess.DEVNULL)


def plain(text, stack, environment):
    """The text without the parts that differ between runs."""
    text = text.replace(environment["JB_URL"], "https://localhost:8443")
    text = text.replace(environment["JB_ADMIN_URL"], "http://127.0.0.1:8444")
    text = text.replace(os.path.realpath(stack), ".run").replace(stack, ".run")
    return text


def normal(text):
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return text


def layout(value, indent=0):
    """JSON in lines of at most WIDTH characters where it can be broken; lines are filled, not one for each member."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) + indent <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return text
    if isinstance(value, dict):
        items = [json.dumps(k) + ": " + layout(v, indent + len(json.dumps(k)) + 3) for k, v in value.items()]
    else:
        items = [layout(v, indent + 1) for v in value]
    margin = " " * (indent + 1)
    lines, line = [], ""
    for i, item in enumerate(items):
        item += "," if i + 1 < len(items) else ""
        if line and ("\n" in item or len(margin + line + " " + item) > WIDTH):
            lines.append(line)
            line = item
        else:
            line += (" " if line else "") + item
    lines.append(line)
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return opening + ("\n" + margin).join(lines) + closing


def json_or_text(text):
    try:
        return layout(json.loads(text))
    except ValueError:
        return text


def split_http(text):
    """(status line, {header: value}, body)"""
    head, _, body = text.replace("\r", "").partition("\n\n")
    status, *lines = head.split("\n")
    return status, dict(line.split(": ", 1) for line in lines if ": " in line), body.strip()


def render(language, shown, printed):
    """The output that the page should show."""
    if language == "json":
        return json_or_text(printed)
    if language != "http":
        return "\n".join(line.rstrip() for line in printed.split("\n"))
    status, headers, body = split_http(printed)
    wanted = split_http(shown)[1]
    lines = [status] + [f"{name}: {headers.get(name, '(absent)')}" for name in wanted]
    if body:
        lines += ["", json_or_text(body)]
    return "\n".join(lines)


def same(language, shown, wanted):
    if normal(shown) == normal(wanted):
        return True
    try:
        if language == "json":
            return json.loads(normal(shown)) == json.loads(normal(wanted))
        if language == "http":
            a, b = split_http(normal(shown)), split_http(normal(wanted))
            return a[:2] == b[:2] and json.loads(a[2]) == json.loads(b[2])
    except ValueError:
        pass
    return False


class Page:
    """A page to be read, run and rewritten."""

    def __init__(self, path, stack, sessions, environment):
        self.path, self.stack, self.sessions, self.environment = path, stack, sessions, environment
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        self.runs, self.differences, self.printed = 0, [], None

    def run(self):
        """Runs all examples, and keeps the page with its true output."""
        self.text = BLOCK.sub(lambda block: self.block(*block.groups()), self.text)
        self.expect_no_error()

    def block(self, language, body):
        if language in RUN:
            self.expect_no_error()
            self.printed = plain(self.sessions[language].run(body.rstrip("\n")), self.stack, self.environment)
            self.runs += 1
        elif language in OUTPUT and self.printed is not None:
            body = self.compare(language, body.rstrip("\n")) + "\n"
            self.printed = None
        return f"```{language}\n{body}```"

    def compare(self, language, shown):
        wanted = render(language, shown, self.printed)
        if same(language, shown, wanted):
            return shown
        self.differences.append(f"--- shown in {self.path}:\n{shown}\n--- printed:\n{wanted}\n")
        return wanted

    def expect_no_error(self):
        """An example without shown output may print anything but errors."""
        if self.printed and re.search(r"ERROR|/problems/|command not found", self.printed):
            self.differences.append(f"--- not shown in {self.path}, but printed:\n{self.printed}\n")
        self.printed = None


def check_page(path, stack, mode):
    environment = environment_of(stack)
    reset(stack, environment)
    with tempfile.TemporaryDirectory(prefix="jb_docs.") as room:
        tools = make_room(stack, room)
        environment["PATH"] = tools + ":" + environment["PATH"]
        environment["XDG_STATE_HOME"] = os.path.join(room, ".state")
        sessions = {
            "sh": Session(["bash", "--norc", "--noprofile"], f"echo; echo '{MARK}'", room, fresh(environment)),
            "sql": Session(["psql", "-X", "-P", "pager=off"], f"\\echo {MARK}", room, environment),
        }
        page = Page(path, stack, sessions, environment)
        page.run()
        for session in sessions.values():
            session.close()
    if mode == "write" and page.differences:
        with open(path, "w", encoding="utf-8") as file:
            file.write(page.text)
    for difference in page.differences:
        print(difference, file=sys.stderr)
    return page.runs, len(page.differences)


def main():
    mode, stack, *pages = sys.argv[1:]
    runs = differences = 0
    for page in pages:
        ran, different = check_page(page, stack, mode)
        runs, differences = runs + ran, differences + different
    print(f"{runs - differences} passed, {differences} differ")
    sys.exit(1 if differences and mode == "check" else 0)


if __name__ == "__main__":
    main()
