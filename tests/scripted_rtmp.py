"""An RTMP server that answers as a test says, for what no real one here can be made to say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from streams.deliver.rtmp import amf
from streams.deliver.rtmp.protocol import COMMAND, HANDSHAKE, SET_CHUNK, VIDEO, ChunkReader, Message, chunks

Answer = tuple[Any, ...]
START = ("onStatus", 0, None, {"level": "status", "code": "NetStream.Publish.Start"})


class ScriptedRtmp:
    """``answers`` takes a command (name, number, …) and the connection's number from 0, and returns the commands to
    send back; None hangs up. What it does not care about is answered as a kind server would (:func:`kind`)."""

    def __init__(self, answers: Callable[[list[Any], int], list[Answer] | None], host: str = "127.0.0.1") -> None:
        self.commands: list[list[Any]] = []
        self.pictures = 0
        self.connections = 0
        self._answers = answers
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = socket.create_server((host, 0), family=family)
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()
                self.connections += 1

    def _serve(self, sock: socket.socket, number: int) -> None:
        reader, greeting = ChunkReader(), b""
        with sock, suppress(OSError):
            while len(greeting) < 1 + HANDSHAKE:
                greeting += sock.recv(65_536)
            sock.sendall(b"\x03" + bytes(HANDSHAKE) + greeting[1 : 1 + HANDSHAKE])
            rest = greeting[1 + HANDSHAKE :]
            while len(rest) < HANDSHAKE:
                rest += sock.recv(65_536)
            data = rest[HANDSHAKE:]
            while True:
                for message in reader.feed(data):
                    # not the sequence header, and not its end
                    self.pictures += message.type == VIDEO and message.payload[1] == 1
                    if message.type != COMMAND:
                        assert message.type != SET_CHUNK or reader.chunk_size == 4096
                        continue
                    command = amf.decode(message.payload)
                    self.commands.append(command)
                    answers = self._answers(command, number)
                    if answers is None:
                        return
                    for answer in answers:
                        sock.sendall(chunks(Message(COMMAND, 0, 0, amf.encode(*answer)), 3, 128))
                data = sock.recv(65_536)
                if not data:
                    return

    def close(self) -> None:
        self._server.close()


def kind(command: list[Any]) -> list[Answer]:
    """What a server says that agrees with everything."""
    name, number = command[0], command[1]
    if name == "connect":
        return [("_result", number, {}, {"level": "status", "code": "NetConnection.Connect.Success"})]
    if name == "createStream":
        return [("_result", number, None, 1)]
    return [START] if name == "publish" else []
