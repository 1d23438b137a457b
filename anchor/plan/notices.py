"""The rules of live platforms on AI anchors, as notes that an operator must have read for each platform in use.

From what the platforms and laws said in 2026, second-hand where a platform tells only its members; docs/platforms.md has them
in full. This is no legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from persona.load import Source
from persona.model import Persona
from persona.problem import Problem

NOTES = {
    "douyin": "抖音: register the virtual person, operate it under a verified real name, label it throughout",
    "kuaishou": "快手: label AI content throughout; an AI anchor without anybody in charge of it may be cut off",
    "weixin": "视频号: rooms that are run by an AI anchor alone are penalised; ask before you go on air",
    "taobao": "淘宝: AI anchors only from vendors that it has admitted",
    "xiaohongshu": "小红书: label AI content throughout; recorded or unattended rooms are restricted",
    "bilibili": "哔哩哔哩: label AI content; the account must be verified by a real name",
    "tiktok": "TikTok: switch on the label for AI-generated content; live shopping must show a real person in some markets",
    "youtube": "YouTube: mark realistic altered or synthetic content in the stream's settings",
    "twitch": "Twitch: say that the streamer is virtual in the title or a panel",
}
_HOSTS = {
    "douyin": ("douyincdn.com", "douyin.com", "bytefcdn.com", "amemv.com"),
    "kuaishou": ("kuaishou.com", "gifshow.com", "kwaicdn.com", "kwai.com"),
    "weixin": ("wxlivecdn.com", "channels.weixin.qq.com", "weixin.qq.com", "finder.video.qq.com"),
    "taobao": ("taobao.com", "alicdn.com", "tbcdn.cn", "lps.taobao.com"),
    "xiaohongshu": ("xiaohongshu.com", "xhscdn.com"),
    "bilibili": ("bilivideo.com", "bilibili.com", "acgvideo.com", "biliapi.net"),
    "tiktok": ("tiktok.com", "tiktokcdn.com", "tiktokv.com", "bytelivecdn.com"),
    "youtube": ("youtube.com",),
    "twitch": ("twitch.tv", "live-video.net"),
}


def platform_of(url: str) -> str:
    """The platform that a destination belongs to, by its host; empty for others."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return next((name for name, hosts in _HOSTS.items() if any(host == h or host.endswith("." + h) for h in hosts)), "")


def unread(persona: Persona, source: Source) -> Iterator[Problem]:
    """Destinations whose platform's rules have not been acknowledged."""
    output = persona.output
    ways = [(to, ("output", "to", i)) for i, to in enumerate(output.to)]
    for j, rendition in enumerate(output.renditions):
        ways += [(to, ("output", "renditions", j, "to", i)) for i, to in enumerate(rendition.to)]  # type: ignore[misc]
    for to, path in ways:
        for url in (to.url, to.backup.url if to.backup else ""):
            if why := unacknowledged(url, persona):
                yield source.problem((*path, "url"), why)


def unacknowledged(url: str, persona: Persona) -> str:
    """What must be read before a destination is used; empty when it was, or there is nothing."""
    name = platform_of(url)
    if not name or name in persona.disclosure.acknowledged:
        return ""
    return f"{NOTES[name]}. When you have met that, write acknowledged: [{name}] under disclosure"
