"""The coded stream as fragmented MP4 for a browser, over a link; nothing is coded for it."""

from __future__ import annotations

from streams.deliver.fanout import Fanout
from streams.deliver.mux import FRAGMENTS, Muxer, Tracks, forget
from streams.link import Link
from streams.wire import Media, PreviewFormat, TooManyViewers

VIEWERS = 8
# without skip_trailer the muxer keeps an index of all fragments for an end that never comes: 250 MB a day
# frag_every_frame would count the first picture's length twice: every later one is late
_OPTIONS = {"movflags": f"{FRAGMENTS}+skip_trailer", "frag_duration": "1"}


class Preview:
    """Serves at most eight viewers, each in the thread of its link. One that is slow misses pictures up to the next
    keyframe, and none has a keyframe made for it."""

    def __init__(self, fanout: Fanout, tracks: Tracks, limit: int) -> None:
        self._fanout, self._tracks, self._limit = fanout, tracks, limit
        self._viewers = 0

    def serve(self, link: Link) -> None:
        """Until the stream ends; raises LinkError when the viewer goes."""
        if self._viewers >= VIEWERS:
            link.send(TooManyViewers(VIEWERS))
            return
        self._viewers += 1
        outlet = self._fanout.outlet(self._limit, patient=True)
        try:
            media = self._tracks.media
            link.send(PreviewFormat(media.codec, media.width, media.height))
            muxer = Muxer(_Sender(link), "mp4", self._tracks, _OPTIONS)
            for packet in outlet:
                muxer.mux(packet)
        finally:
            self._fanout.remove(outlet)
            self._viewers -= 1
            forget()


class _Sender:
    """The muxer's file: every write goes to the viewer at once."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def write(self, data: bytes) -> int:
        self._link.send(Media(bytes(data)))
        return len(data)
