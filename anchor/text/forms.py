"""The words for forms of goods, as one regular expression: sizes, colours and specifications, in folded text."""

from __future__ import annotations

_SIZE = (
    r"(?<![a-z0-9])(?:[2-6]xl|x{0,4}[sml]|均|[大中小]|加[大小])(?![a-z0-9])(?:码|号)|(?<![a-z0-9.'])(?:[2-6]xl|x{1,4}[sl]|[sml])(?![a-z0-9])"
    r"|(?<![\d.])\d{2}(?:\.5)?码|(?<![\d.])\d{2}\.5(?![\d.])|均码"
)
_TINT = "黑白红蓝绿黄粉紫灰橙棕青金银米杏驼咖褐"
_COLOUR = (
    rf"(?:[深浅亮暗雾藏天军酒奶米灰墨]|玫瑰|豆沙|香槟|卡其|奶茶|咖啡|焦糖|牛仔)?(?:[{_TINT}]|自然|象牙|原木|玫瑰金|藏青|卡其|香槟|奶茶|豆沙|焦糖)色|玫瑰金|象牙白|[深浅]色|\d{{1,3}}号色"
    rf"|(?:[{_TINT.replace('米', '')}]|米白)(?:色)?(?=的|款|x{{0,4}}[sml](?![a-z])|[大中小][号码])"
    r"|\b(?:black|white|red|blue|green|yellow|pink|purple|gr[ae]y|orange|brown|beige|navy|gold|silver|coral|sand|clear)\b"
)
_MEASURE = r"(?:ml|升|l|克|kg|g|gb|tb|斤|寸|英寸|w|瓦|[件包瓶袋支条片罐盒]装?)"
_SPEC = (
    rf"[大中小特超][份杯瓶盒包袋桶罐碗箱]|[单双三四]人份|迷你装|礼盒装|家庭装|试用装|旅行装|补充装|(?<![\d.])\d+(?:\.\d+)?\s*{_MEASURE}装?(?:的|款|版)?(?=还|有|库存|剩|卖完|能拍)"
    r"|\d+(?:\.\d+)?\s*(?:ml|升|l|克|kg|g|gb|tb|mah|毫安|万毫安|寸|英寸|[件包瓶袋支枚]装)(?![a-z])"
    r"|(?<![什么几哪这那新旧同本此爆各一两三四五六七八九十每])[㐀-鿿a-z0-9]{1,3}(?:味|版)(?:的|还|有|呢|多|$)"
    r"|(?:加?[大小厚长]|[短薄])(?:一?点)?的(?=还|有|库存|剩|卖完|能拍)"
    r"|\b(?:small|medium|large|extra large|xx?l|xs)\b"
)
FORM = rf"(?:{_SIZE}|{_COLOUR}|{_SPEC})"
"""of one form: xl, 黑色, 大份, 500ml"""


def units(text: str) -> str:
    """A folded text with 毫升 as ml, 克 as g and 公斤 as kg; nothing moves."""
    for chinese, latin in (("毫升", "ml"), ("公斤", "kg"), ("千克", "kg"), ("克", "g")):
        text = text.replace(chinese, latin)
    return text
