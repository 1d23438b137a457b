"""The command line. Imports nothing heavy: each command loads what it needs."""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

_EPILOG = """examples:
  anchor check persona/xiaomei
  anchor run persona/xiaomei --to file:show.mp4 --chat stdin: --seconds 60
  anchor run persona/xiaomei --to rtmp://live.example/app/@KEY --to srt://relay.example:9000?passphrase=@SRT
  anchor ask persona/xiaomei 咖啡壶多少钱 --json
  anchor rehearse persona/xiaomei --hours 24 --chat persona/xiaomei/replay.jsonl
  anchor log read persona/xiaomei --since 2h --kind decision
  anchor log unanswered persona/xiaomei --since 7d

A secret is written @NAME or ${credential:NAME}: read from $CREDENTIALS_DIRECTORY/NAME, else $ANCHOR_NAME.
Exit codes: 0 done, 1 something is wrong with what was given (said on standard error), 2 the command line."""


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="anchor",
        description="A virtual anchor that keeps a shop's live stream on air.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"anchor {version('anchor')}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _on_air(commands)
    _questions(commands)
    _pictures(commands)
    _rehearsals(commands)
    _records(commands)
    plan = commands.add_parser("plan")  # the first step of run, in a process of its own; not shown
    _persona(plan)
    _run_options(plan)
    plan.add_argument("--again", action="store_true")
    return root


def _on_air(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Going on air, and what must be right before."""
    run = commands.add_parser("run", help="go on air", description="Go on air until stopped, or for --seconds.")
    _persona(run)
    _run_options(run)

    check = commands.add_parser(
        "check",
        help="read a persona and say what is wrong with it",
        description="Say what is wrong with a persona, and where. Exit code 0 when nothing is, else 1.",
    )
    check.add_argument(
        "persona",
        type=Path,
        metavar="PERSONA",
        nargs="?",
        help="a folder with a persona.yaml (not needed for --schema)",
    )
    check.add_argument("--schema", action="store_true", help="print the JSON Schema of persona.yaml, for editors")
    check.add_argument("--format", choices=("text", "json", "github"), default="text", help="how problems are printed")


def _questions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What answers, and how well."""
    ask = commands.add_parser("ask", help="answer one question without going on air")
    _persona(ask)
    ask.add_argument("question")
    ask.add_argument("--product", default=None, metavar="ID", help="the product on screen")
    ask.add_argument("--json", action="store_true", help="answer, source, facts and product as JSON")

    evaluate = commands.add_parser(
        "eval",
        help="put questions to a persona's mind and see how many it gets right",
        description="Each question of FILE states what its answer must contain (expect) or must not (forbid), whether "
        "knowing nothing is right (ignorance), what is on screen (focus), and which sums may be said beside the shop's "
        "prices (sums). "
        "Exit code 1 when a false price or a forbidden word was said, or a mind answered nothing.",
    )
    evaluate.add_argument("persona", type=Path, metavar="PERSONA", nargs="+", help="folders with a persona.yaml")
    evaluate.add_argument(
        "--questions", type=Path, metavar="FILE", help="YAML; by default PERSONA.yaml beside each folder"
    )
    evaluate.add_argument("--mind", action="append", default=[], metavar="MIND",
                          help="catalogue, qwen:FOLDER or openai:URL#MODEL (key in $ANCHOR_MIND); several are set side by side (default: the persona's own)")  # fmt: skip
    evaluate.add_argument("--json", action="store_true", help="every figure and every wrong answer as JSON")

    doctor = commands.add_parser(
        "doctor",
        help="what this machine has and lacks for a persona's show, and how to get it",
        description="Looks at packages, fonts, libraries, GPU, the mind's model or server and its key. Exit code 0 when "
        "nothing that the persona needs is missing, else 1.",
    )
    _persona(doctor)
    doctor.add_argument("--json", action="store_true", help="a list of {name, state, told}")


def _pictures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What makes files without going on air."""
    say = commands.add_parser("say", help="speak and animate one line, and write it to a file")
    _persona(say)
    say.add_argument("text")
    say.add_argument("--sound", type=Path, metavar="FILE",
                     help="a recording of the line, to be played and animated instead of the persona's voice")  # fmt: skip
    say.add_argument("-o", "--out", required=True, metavar="FILE", help="a new .mp4, .flv or .ts")

    sheet = commands.add_parser("sheet", help="every mouth shape, mood, blink and turn of the face, in one picture")
    _persona(sheet)
    sheet.add_argument("-o", "--out", required=True, type=Path, metavar="FILE", help="a new .png or .jpg")

    prepare = commands.add_parser(
        "prepare",
        help="make a face that can be animated from a photo",
        description="Make a folder that look.photo names: the face, its outline, its landmarks and sheets to look at. "
        "Correct landmarks.json or mask.png by hand and run the same command again.",
    )
    prepare.add_argument("photo", type=Path, metavar="PHOTO", help="a picture of one person from the front")
    prepare.add_argument(
        "-o", "--out", required=True, type=Path, metavar="DIR", help="a folder, inside the persona's to be used by it"
    )
    prepare.add_argument(
        "--consent", type=Path, metavar="FILE", help="what the person has agreed to, YAML; needed the first time"
    )
    prepare.add_argument("--box", type=_box, metavar="X,Y,W,H",
                         help="where the face is, if it is not found: from the middle of the forehead to just above the chin, in pixels")  # fmt: skip
    prepare.add_argument("--anew", action="store_true", help="start over, without what was corrected by hand")

    render = commands.add_parser("render", help="render the show to a file, faster than real time")
    _persona(render)
    render.add_argument("--seconds", type=float, required=True, help="seconds to render")
    render.add_argument("-o", "--out", required=True, metavar="FILE", help="a new .mp4, .flv or .ts")
    render.add_argument("--chat", metavar="replay:FILE", help="questions to answer on the way")


def _rehearsals(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rehearse = commands.add_parser(
        "rehearse",
        help="simulate a day of the show in seconds: who is answered when, what is said how often",
        description="Run the desk alone on a virtual clock, with spoken durations estimated, and report air time, waits, "
        "what became of every event, silence and repeats.",
    )
    _persona(rehearse)
    rehearse.add_argument("--hours", type=float, default=24.0, help="how much of the show (default: 24)")
    rehearse.add_argument("--chat", metavar="FILE", help="events, one JSON object a line, as for replay:FILE")
    rehearse.add_argument("--start", metavar="TIME", help="when it begins by the schedule's clock, such as "
                          "2026-11-11T20:00 (default: today, 0:00)")  # fmt: skip
    rehearse.add_argument("--json", action="store_true", help="the report as JSON")


def _records(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What is kept of a show."""
    log = commands.add_parser(
        "log",
        help="read, export or prune what happened on air",
        description="The audit log: every event, decision and sentence heard. Names are hashed, private words masked.",
    )
    log.add_argument("do", choices=("read", "export", "unanswered", "prune"), help="read: as text; export: one JSON object a line; "
                     "unanswered: the questions that had no answer, merged and counted, with a stub of the faq; "
                     "prune: remove what is older than --keep")  # fmt: skip
    _persona(log)
    log.add_argument("--state", type=Path, default=None, metavar="DIR", help="as for run")
    log.add_argument("--since", metavar="AGO", default="", help="only entries younger than this, such as 90s, 2h or 7d")
    log.add_argument("--json", action="store_true", help="for unanswered: a list of objects")
    log.add_argument("--kind", default="", help="event, decision, heard, said, stale, operator, reload, forgotten …")
    log.add_argument("--cue", default="", help="all about one comment or sentence, such as chat:http//42")
    log.add_argument("--force", action="store_true", help="also prune entries younger than the legal minimum")
    log.add_argument("--keep", default="183d", help="for prune; the law asks for six months, 183d (the default)")

    forget = commands.add_parser(
        "forget",
        help="wipe what is remembered of a viewer",
        description="Wipe a viewer's recent talk from the memory. The audit log holds hashed names and masked words only, "
        "and keeps them until it is pruned.",
    )
    _persona(forget)
    forget.add_argument("viewer", help="the name as the platform gives it")
    forget.add_argument("--platform", required=True, help="such as http, stdin, bilibili")
    forget.add_argument("--state", type=Path, default=None, metavar="DIR", help="as for run")


def _box(text: str) -> tuple[float, ...]:
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not X,Y,WIDTH,HEIGHT in pixels, such as 320,180,400,400"
        ) from None
    if not all(map(math.isfinite, (x, y, width, height))):
        raise argparse.ArgumentTypeError(f"{text!r} has a number that is not finite")
    return x, y, width, height


def _persona(command: argparse.ArgumentParser) -> None:
    command.add_argument("persona", type=Path, metavar="PERSONA", help="a folder with a persona.yaml")


def _run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", action="append", default=[], metavar="URL",
                         help="rtmp:// rtmps:// srt://host:port?latency=ms&streamid=…&passphrase=@NAME "
                              "file:PATH.mp4|.flv|.ts record:FOLDER?length=1h&size=1G&keep=7d&most=50G; may be given several times, replaces the persona's output.to")  # fmt: skip
    command.add_argument("--to-fd", type=int, default=None, help=argparse.SUPPRESS)
    command.add_argument("--chat", action="append", default=[], metavar="URL",
                         help="replay:FILE.jsonl, stdin:, or http: (POST /v1/chat on the console); in place of persona.chat")  # fmt: skip
    command.add_argument("--seconds", type=float, default=0.0, help="end after this much of the show; 0 for never")
    command.add_argument("--console", default="", metavar="HOST:PORT", help="serve health, status, metrics and chat")
    command.add_argument("--state", type=Path, default=None, metavar="DIR",
                         help="folder of the show's state and records (default: $STATE_DIRECTORY or "
                              "~/.local/state/anchor/NAME)")  # fmt: skip
    command.add_argument("--preset", default="veryfast", choices=("ultrafast", "superfast", "veryfast", "faster", "fast"),
                         help="x264 preset: more CPU for better pictures")  # fmt: skip
    command.add_argument("--clapper", action="store_true",
                         help="put tick numbers into the picture and clicks into the sound, to measure a chain")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    if options.command == "check" and options.persona is None and not options.schema:
        print("anchor check: which persona? give its folder", file=sys.stderr)
        return 2
    if getattr(options, "state", None) is None and options.command in ("log", "forget"):
        options.state = _state(options.persona.resolve().name)
    if getattr(options, "again", False):
        os.nice(10)  # a show is on air beside it
    try:
        if options.command == "run":
            if arguments is None and any(_tells(url) for url in options.to):
                _hide(options)
            return _run(options)
        from anchor.cli import commands

        code = commands.COMMANDS[options.command](options)
        sys.stdout.flush()  # a full disk is to be found here, not at the interpreter's end
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(f"anchor: {error.filename or 'output'}: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace) -> int:
    """Plan in a child, so that this process, which lives as long as the show, stays small; then supervise."""
    from anchor.work.planning import Replan
    from anchor.work.supervisor import AlreadyRunning, Supervisor
    from streams import logs

    logs.setup("supervisor")
    to = list(options.to)
    if options.to_fd is not None:
        with os.fdopen(options.to_fd, encoding="utf-8") as file:
            to += json.load(file)
    made = subprocess.run(
        [sys.executable, "-m", "anchor", "plan", *_arguments(options)],
        stdout=subprocess.PIPE,
        input=json.dumps(to).encode(),
        check=False,
    )
    if made.returncode:
        return made.returncode
    plan = json.loads(made.stdout)
    command = (sys.executable, "-m", "anchor", "plan", "--again", *_arguments(options))
    try:
        return Supervisor(plan, options.state or _state(plan["name"]), Replan(command, json.dumps(to).encode())).run()
    except AlreadyRunning as error:
        print(f"anchor: {error}", file=sys.stderr)
    except OSError as error:
        print(f"anchor: {error.filename or ''}: {error.strerror}; give --state DIR", file=sys.stderr)
    return 1


def _arguments(options: argparse.Namespace) -> list[str]:
    """The command line of a plan, without what may be secret."""
    arguments = [str(options.persona), "--seconds", str(options.seconds), "--preset", options.preset]
    for url in options.chat:
        arguments += ["--chat", url]
    if options.console:
        arguments += ["--console", options.console]
    if options.clapper:
        arguments.append("--clapper")
    return arguments


def _tells(url: str) -> bool:
    """Whether a destination may hold a key in plain text, which everybody on this machine could read with ``ps``."""
    return url.lower().startswith(("rtmp", "srt:"))


def _hide(options: argparse.Namespace) -> NoReturn:
    """Become the same command with the destinations on a descriptor instead of the command line."""
    descriptor = os.memfd_create("to", 0)
    os.write(descriptor, json.dumps(options.to).encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    state = ["--state", str(options.state)] if options.state is not None else []
    hidden = ["--to-fd", str(descriptor)]
    os.execv(sys.executable, [sys.executable, "-m", "anchor", "run", *_arguments(options), *state, *hidden])


def _state(name: str) -> Path:
    given = os.environ.get("STATE_DIRECTORY")
    if given:
        return Path(given.partition(":")[0])
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "anchor" / name


if __name__ == "__main__":
    sys.exit(main())
