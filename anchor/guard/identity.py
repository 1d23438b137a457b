"""Detects that a viewer asks whether a human speaks: the answer is the truth, whatever a mind would say."""

from __future__ import annotations

import re

from anchor.text.letters import fold

_ASKS = re.compile(
    r"(?:是|不是|是不是|有没有|到底|真的是)?(?:个)?(?:真人|活人|真的人|大活人|假人|纸片人|机器人|人机|人工智能|虚拟人|虚拟主播|虚拟的|数字人|智能主播|ai主播|电脑人|仿真人|录播|录像|录的)(?:(?:在)?(?:播|直播|讲|说话|吗|么|嘛|吧|呢|啊|还是|主播|回复|互动|解说|真|假|$))"
    r"|是(?:不是)?人(?:类)?(?:吗|么|吧|还是|啊)|是人是(?:鬼|机|狗|ai|假|假的)|真人(?:还是|吗|么|吧|不)|真的?假的?(?:主播|人)|主播(?:是)?(?:真|假)的?(?:吗|吧|人)|(?:你|主播|她|他|这)(?:是|不是|是不是|该不会是|难道是|怕不是)(?:个)?(?:ai|人工|机器|程序|电脑|假的|虚拟|合成|数字)"
    r"|(?:是|用)(?:的)?ai(?:吗|么|吧|啊|嘛|的|生成|合成|在|主播|$)|^ai(?:吗|么|吧|主播|播的)|(?:有|没有?)真人(?:在)?|(?:声音|脸|画面|人)(?:是|都是)?(?:ai|合成|假|电脑|生成)(?:的|吗|么)|(?:chat)?gpt(?:吗|在|吧)|活的(?:吗|么|吧)|人在(?:播|吗)"
)
_ENGLISH = re.compile(
    r"\b(?:are|r|is|was) (?:you|u|this|she|he|it|that|the (?:host|anchor|streamer|woman|girl|guy|man)) (?:\w+ ){0,3}(?:(?:a ?)?(?:real|actual|live)? ?(?:person|human|bot|robot|machine|ai|avatar|recording|computer)\b|an? (?:ai|avatar|actual person)\b|(?:real|fake|alive|live|virtual|generated|recorded)\W*(?:$|or\b))"
    r"|\b(?:real|human|ai|bot|robot)(?: person)? or (?:ai|bot|robot|human|real|fake|not|person)\b|\b(?:bot|robot|ai)\s*\?|\bam i talking to (?:a |an )?\w+|\bis (?:there|anyone) (?:a )?(?:real )?(?:human|person|there)\b",
    re.I,
)
_NOT = re.compile(
    r"真人(?:模特|试穿|上身|实拍|图|秀|同款|大小|比例)|机器人(?:套装|玩具|多少|怎么卖|吸尘|扫地|价格|有货)|扫地机器人|(?:买|这款|那款|这个)(?:\w{0,4})机器人(?!吗|吧|还是)|ai(?:眼镜|音箱|学习机|耳机|手机|功能|拍照)"
)


def asks(text: str) -> bool:
    """是真人吗 and its kin; no question about a robot that is sold."""
    letters = fold(text).letters
    if _NOT.search(letters):
        return False
    return bool(_ASKS.search(letters) or _ENGLISH.search(text))
