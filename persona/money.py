"""The signs and words of currencies, as parts of regular expressions over small letters. Standard library only."""

SIGN = r"(?:us|hk|nt|au|[srac])?[$¢£¥￥＄฿₠-⃀]"
CODE = r"(?:rmb|cny|usd|hkd|twd|ntd|sgd|eur|gbp|jpy|krw|vnd|thb|myr|brl|rm|idr|inr|aud|chf|rub|aed)"
"""before or behind a number, with no letter beside it"""
ENGLISH = (
    r"(?:dollars?|bucks?|quid|yuan|kuai|renminbi|euros?|pounds?(?!\s*(?:of|lighter|heavier|in\s+weight|bags?|packs?|box|boxes|tins?|cans?|jars?|sacks?|bottles?|sizes?|beans|coffee))|pence|cents?|yen|baht|ringgits?|dong|reais"
    r"|rupees?|rupiah|pesos?|francs?|rou?bles?|rand|dirhams?|riyals?)(?![a-z])"
)
CHINESE = (
    r"(?:美[元金]|欧元|英镑|日[元币]|円|港[币元纸]|新?台币|新[币元]|坡币|马币|令吉|林吉特|泰[铢币]|[盾铢](?!牌|构)|越南盾|印尼盾|雷亚尔|韩[元币]|卢[布比]|比索|[法瑞]郎"
    r"|[澳加纽][元币]|里拉|第纳尔|迪拉姆|里亚尔|兰特|克朗|人民币|软妹币|大洋(?!葱|芋|洲)|蚊|[块元圆毛角分]钱|个币)"
)
"""behind a number these mean nothing but money"""
YUAN = r"元(?![旦宵素音气件器老组婴始年月首帅春])"
