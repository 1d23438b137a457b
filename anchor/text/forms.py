"""The words for forms of goods, as one regular expression: sizes, colours and specifications, in folded text."""

from __future__ import annotations

_SIZE = r"(?<![a-z0-9])(?:[2-6]xl|x{0,4}[sml]|均|[大中小]|加[大小])(?![a-z0-9])(?:码|号)|(?<![a-z0-9.'])(?:[2-6]xl|x{1,4}[sl]|[sml])(?![a-z0-9])|(?<![\d.])\d{2}(?:\.5)?码|均码"
_COLOUR = (
    r"(?:[深浅亮暗雾藏天军酒奶米灰墨]|玫瑰|豆沙|香槟|卡其|奶茶|咖啡|焦糖|牛仔)?(?:黑|白|红|蓝|绿|黄|粉|紫|灰|橙|棕|青|金|银|米|杏|驼|咖|褐|藏青|卡其|香槟|奶茶|豆沙|焦糖)色"
    r"|\b(?:black|white|red|blue|green|yellow|pink|purple|gr[ae]y|orange|brown|beige|navy|gold|silver)\b"
)
_SPEC = (
    r"[大中小特超][份杯瓶盒包袋桶罐碗箱]|[单双三四]人份|迷你装|\d+(?:\.\d+)?\s*(?:ml|毫升|升|克|kg|公斤|g|gb|tb|寸|英寸|[件片包瓶袋支]装)(?![a-z])"
    r"|(?<![什么几哪这那新旧同本此爆各一两三四五六七八九十每])[㐀-鿿a-z0-9]{1,3}(?:味|版)(?:的|还|有|呢|多|$)"
    r"|\b(?:small|medium|large|extra large|xx?l|xs)\b"
)
FORM = rf"(?:{_SIZE}|{_COLOUR}|{_SPEC})"
"""of one form: xl, 黑色, 大份, 500ml"""
