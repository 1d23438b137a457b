"""Air's clock, encoder and delivery on raw pictures from a file, as a process whose CPU can be compared."""

import gc
import json
import resource
import sys
import wave
from pathlib import Path

import numpy as np

from streams import logs
from streams.air.encoder import SoundEncoder
from streams.air.rendition import Rendition, RenditionConfig, Sizes
from streams.clock import Metronome, Monotonic
from streams.deliver.mux import Tracks


def main() -> None:
    """Argument: JSON with ``rendition``, ``pictures`` (raw I420), ``sound`` (mono s16 wave), ``preset``
    and ``seconds``, for which the file is repeated."""
    config = json.loads(sys.argv[1])
    logs.setup("sender")
    rendition = RenditionConfig.from_json(config["rendition"])
    media = rendition.media
    picture = np.empty((media.height * 3 // 2, media.width), np.uint8)
    with wave.open(config["sound"]) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    ticks = round(config["seconds"] * media.fps)
    sound = np.resize(sound, ticks * media.samples)
    coder, sizes = SoundEncoder(media), Sizes()
    made = Rendition(rendition, media.fps, Tracks(media, coder.template), config["preset"])
    used = resource.getrusage(resource.RUSAGE_SELF)
    made.start()
    gc.collect()
    gc.freeze()
    metronome = Metronome(Monotonic(), media.fps)
    metronome.begin()
    with Path(config["pictures"]).open("rb", buffering=0) as pictures:
        for tick in range(ticks):
            metronome.wait(tick)
            coded = coder.encode(tick, sound[tick * media.samples : (tick + 1) * media.samples])
            if pictures.readinto(memoryview(picture).cast("B")) != picture.nbytes:
                pictures.seek(0)
                pictures.readinto(memoryview(picture).cast("B"))
            sizes.show(picture)
            made.hand_out()
            made.push(tick, sizes, coded, tick == 0)
            if tick * 4 % media.fps < 4:
                made.watch(Monotonic().now())
    made.finish()
    made.close(Monotonic().now() + 3)
    end = resource.getrusage(resource.RUSAGE_SELF)
    cpu = end.ru_utime + end.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"cpu": cpu, "worst_late": metronome.worst}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
