"""What viewers write, as all may see it."""

import pytest

from anchor.guard import privacy
from anchor.guard.terms import Guard

# invented contacts, and what of each must not be seen; without it, nothing of it
HIDDEN = [
    "VX同名lily8899 >> lily8899", "＋薇芯 lily8899 >> lily8899", "➕我 lily8899 >> lily8899", "138👉0013👉8000 >> 0013", "电138话0013号8000 >> 0013",
    "l38OOl38OOO >> l38", "138-OO13-8OOO >> OO13", "13B00138000 >> 13B", "t点me/xxx >> me/xxx", "t点me斜杠lily99 >> lily99",
    "wa点me/8613800138000 >> me", "微abc123 >> abc123", "微: lily_8899 >> lily_8899", "我的微 lily_8899 >> lily_8899", "VX同名 >> VX", "微信同号 >> 同号",
    "v同名 >> 同名", "v：lily8899 >> lily8899", "V❤lily8899 >> lily8899", "我v lily8899 >> lily8899", "加V：lily8899 >> lily8899",
    "加vlily8899 >> lily8899", "+V lily8899 >> lily8899", "➕薇lily_88 >> lily_88", "嘉V lily8899 >> lily8899", "家薇 lily8899 >> lily8899",
    "佳薇lily8899 >> lily8899", "加个微lily8899 >> lily8899", "加我微 lilyshopcn >> lilyshopcn", "wx lily8899 >> lily8899",
    "W X：lily8899 >> lily8899", "wei信lily8899 >> lily8899", "WEIXIN lily8899 >> lily8899", "胃心 lily8899 >> lily8899",
    "喂信：lily8899 >> lily8899", "薇❤lily8899 >> lily8899", "微·信·lily8899 >> lily8899", "微 信 号 是 lily8899 >> lily8899",
    "威❤信～lily8899 >> lily8899", "🆅🆇 lily8899 >> lily8899", "ⓥⓧ lily8899 >> lily8899", "𝐯𝐱 lily8899 >> lily8899", "νх lily8899 >> lily8899",
    "vx👉👉lily8899 >> lily8899", "vx是我名字lily8899 >> lily8899", "vx:l i l y 8 8 9 9 >> 8 8 9", "vx lily-8899 >> lily-8899",
    "vx lily👉8899 >> 8899", "微信lily八八九九 >> lily", "微信 lilyshop >> lilyshop", "绿色软件 lily8899 >> lily8899", "绿泡泡同号 lily8899 >> lily8899",
    "小飞机 lily8899 >> lily8899", "纸飞机@lily8899 >> lily8899", "电报：lily_8899 >> lily_8899", "tg：@lily8899 >> lily8899",
    "TG lily8899 >> lily8899", "telegram lily_fake >> lily_fake", "ins: lily.fake >> lily.fake", "ins搜 lily_8899 >> lily_8899",
    "whatsapp +1 000 555 0100 >> 555", "WhatsApp lily8899 >> lily8899", "line：lily8899 >> lily8899", "LINE ID lilyfake >> lilyfake",
    "signal lily8899 >> lily8899", "kakao：lily8899 >> lily8899", "kakaotalk id lilyfake >> lilyfake", "扣扣 12345670 >> 12345670",
    "扣：1234567 >> 1234567", "扣12👉34👉567 >> 567", "企鹅 12345670 >> 12345670", "q：1234567 >> 1234567", "Q 98765 >> 98765",
    "加q1234567 >> 1234567", "qq 一二三四五六七 >> 五六七", "Q群12345 >> 12345", "群号：98765 >> 98765", "加群 98765432 >> 98765432",
    "邮箱 lily8899 >> lily8899", "邮箱是lily8899@qq.com >> lily8899", "lily艾特qq点com >> lily", "lily(at)qq.com >> lily", "lily#qq.com >> lily",
    "lily at qq dot com >> lily", "lily8899[at]163[点]com >> lily8899", "lily圈a126点com >> lily", "lily艾特qq >> lily",
    "lily＠gmail点com >> gmail", "a点com", "a 点 c o m >> c o m", "a . c o m >> c o m", "lily8899 点 cn >> lily8899", "lily8899。com >> lily8899",
    "lily8899·top >> lily8899", "lilyshop(点)com >> lilyshop", "lilyshop dot com >> lilyshop", "网址 lily8899点shop >> lily8899",
    "某宝店 lily8899 >> lily8899", "淘宝店：lily8899 >> lily8899", "抖音号lily8899 >> lily8899", "快手搜 lily8899 >> lily8899",
    "小红书 lily_8899 >> lily_8899", "１３８００１３８０００ >> 138", "①③⑧⓪⓪①③⑧⓪⓪⓪ >> ①", "❶❸❽⓿⓿❶❸❽⓿⓿⓿ >> ❸", "1三8零零1三8零零零 >> 三8", "壹叁捌零零壹叁捌零零零 >> 叁捌",
    "幺三八零零幺三八零零零 >> 幺三八", "1👉3👉8👉0👉0👉1👉3👉8👉0👉0👉0 >> 8👉0", "1🌸3🌸8🌸0013🌸8000 >> 0013", "138[玫瑰]0013[玫瑰]8000 >> 0013", "138啊0013啊8000 >> 0013",
    "138加0013加8000 >> 0013", "138a0013b8000 >> 0013", "138……0013……8000 >> 0013", "138❤️❤️0013❤️❤️8000 >> 0013", "1380013转8000 >> 8000",
    "1我3我8我0我0我1我3我8我0我0我0 >> 8我0", "一三八👉零零一三👉八零零零 >> 零零一三", "138O0138OO0 >> 138O", "i38oo138ooo >> i38", "13800l38o00 >> l38",
    "衣三八零零衣三八零零零 >> 三八", "138零零衣三捌000 >> 捌", "0571👉8888👉1234 >> 8888", "400转820转1234 >> 820", "电话 138 OO13 8OOO >> OO13",
    "lily8899是我微信 >> lily8899", "lily8899（微信） >> lily8899", "lily_8899加微 >> lily_8899", "加我：lily_8899 >> lily_8899",
    "找我 lily8899 >> lily8899", "联系我lily8899 >> lily8899", "➕lily8899 >> lily8899", "微❤️：lily8899～ >> lily8899", "薇 lily 8899 >> 8899",
    "加　微　信　lily8899 >> lily8899", "電話 13800138000 >> 138", "加薇❤:lily8899 >> lily8899", "丨38OOl38OOO >> 38OO", "Q Q 1 2 3 4 5 6 7 >> 3 4 5",
    "抠抠1234567 >> 1234567", "vx-lily8899 >> lily8899", "v_x lily8899 >> lily8899", "十V lily8899 >> lily8899", "微我 lily8899 >> lily8899",
    "加我wx，lily8899 >> lily8899", "weixin同号13800138000 >> 138", "手机微信同号 >> 同号", "企鹅号 1 2 3 4 5 6 >> 3 4 5", "微X lily8899", "薇lilyfake",
    "威lily8899", "v+lily8899", "V我 lily8899", "V同号 lily8899", "vx同号13800138000", "vx号lily8899", "VX➕lily8899", "VX:同名", "Vx 同我名字", "微信同我名字",
    "微信就是我的名字", "vx：同抖音号", "vx lily_", "wx:lily", "vx:8899", "vx 8899a", "加V 8899lily", "加v❤8899lily", "加V信lily8899", "加w lily8899",
    "家v lily8899", "＋v：lily8899", "＋V lily8899", "+微lily8899", "+我 lily8899", "十我lily8899", "＋我：lily8899", "＋WX lily8899", "＋lily8899",
    "加lily8899", "加绿lily8899", "绿色的那个软件 lily8899", "绿色聊天 lily8899", "绿泡 lily8899", "蓝色软件 lily8899", "飞机 lily8899", "飞机✈️ lily8899",
    "✈️ lily8899", "🐧 1234567", "📧 lily8899", "💬 lily8899", "QQ号1234567", "秋秋1234567", "扣我 1234567", "扣号 12345678", "weixin：lilyfake",
    "wechat lilyfake", "WeChat ID lilyfake", "vxlily8899", "v x l i l y 8 8 9 9", "v.x.lily8899", "微xin lily8899", "徽信lily8899", "薇❤️信lily8899",
    "维心 lily8899", "伟心 lily8899", "威心号lily8899", "v♥ lily8899", "V心lily8899", "V芯lily8899", "weibo lily8899", "微博 lily8899", "微博@lily8899",
    "b站lily8899", "B站搜lily8899", "公众号 lily8899", "公众号：lilyfake", "公z号lily8899", "咸鱼 lily8899", "某鱼lily8899", "某音lily8899", "某书 lily8899",
    "小红薯 lily8899", "小地瓜 lily8899", "dy号 lily8899", "抖音：lilyfake", "ks号lily8899", "tb店 lily8899", "TB：lilyfake", "taobao lily8899",
    "twitter @lilyfake", "推特 lily8899", "脸书 lily8899", "油管 lily8899", "youtube lily8899", "tiktok lily8899", "snap lily8899", "纸飞机 lilyfake",
    "tele lily8899", "telegram @lilyfake", "t.me/lilyfake", "t点me", "t. me/lilyfake", "t . me / lilyfake", "t点m e/lilyfake", "lily点taobao点com",
    "3w点lily点com", "www点lily点com", "lily8899点康姆", "lily8899点c哦m", "lily8899 . com", "lily8899丶com", "lily8899点ｃｏｍ", "lily8899点C0M",
    "lily8899 dian com", "lily8899（点）com", "lily8899。c。o。m", "lily8899点 com", "l i l y 点 c o m", "lily8899@qq", "lily8899@扣扣点com",
    "lily8899艾特163", "lily8899 at gmail dot com", "lily8899 AT gmail.com", "lily8899(a)gmail.com", "lily8899*qq.com", "lily8899🅰qq.com",
    "lily8899ⓐqq.com", "lily8899 [at] qq [dot] com", "lily8899艾特扣扣点com", "1234567@q q.com", "1234567qq点com", "邮箱1234567", "一三八OO一三八OOO",
    "138零零138ooo", "138 零零一三 捌OOO", "1 3 8 0 0 1 3 8 0 0 0", "138/0013/8000", "138.0013.8000", "138+0013+8000", "138=0013=8000",
    "138～0013～8000", "138、0013、8000", "138哈哈0013哈哈8000", "138谢谢主播0013好的8000", "138零零13八000", "(138)OO13-8OOO", "138电0013话8000",
    "1380我0138我000", "13我80我01我38我00我0", "13800我138我000", "138宝0013贝8000", "138【0013】8000", "138[点]0013[点]8000", "138x0013x8000",
    "138y0013y8000", "138abc0013abc8000", "13800138OOO", "l38oo1380oo", "I38OOI38OOO", "|38OO|38OOO", "138-0O13-80OO", "13S00138000",
    "1380013B0O0", "138〇〇138〇〇〇", "138零零壹三八零零零", "1③8⓪⓪1③8⓪⓪⓪", "⒈⒊⒏00⒈⒊8000", "１３８-００１３-８０００", "138 0013 8000", "138​0013​8000",
    "一 三 八 零 零 一 三 八 零 零 零", "幺三捌,零零幺三,捌零零零", "要三八零零要三八零零零", "一三巴零零一三巴零零零", "yi san ba ling ling yi san ba ling ling ling",
    "yisanbalinglingyisanbalinglingling", "幺三八洞洞幺三八洞洞洞", "one three eight zero zero one three eight zero zero zero", "138***0013***8000",
    "86-138-0013-8000", "86138👉0013👉8000", "1️⃣3️⃣8️⃣👉0️⃣0️⃣1️⃣3️⃣👉8️⃣0️⃣0️⃣0️⃣", "搜lily8899", "搜索 lily_8899", "关注lily8899", "同名lily8899",
    "ID lily8899", "id：lily8899", "名字lily8899", "私lily8899", "lily8899加我", "lily8899 vx", "lily8899 微信", "lily8899(vx)",
]  # fmt: skip
# what only looks like them
INNOCENT = [
    "99元", "199减20", "满199减20，满299减30，满399减40", "原价1999减500到手1499", "165-172cm", "110-130斤", "165-172cm，110-130斤能穿吗", "SPF50", "SPF50+防晒霜",
    "iPhone 16 Pro Max", "加我iphone16一台", "20000mAh", "20000-30000mAh", "10:30-21:00", "10:30-21:00营业吗", "2026-11-28", "2026-11-28 10:30开始吗",
    "2026.11.28", "20261128到期的", "36档", "304不锈钢", "满100减20", "500ml", "500ml和750ml", "型号 WX-1234", "GB 4806.9", "GB 4806.9-2016",
    "GB/T 29602-2013", "条形码6901234567892", "加我一个", "加我一份吧", "微微一笑", "微辣", "微辣500g", "微波炉", "微波炉20升", "威力", "威力洗衣机", "薇诺娜面霜", "V领T恤", "V领T恤加大码",
    "加V领", "v8引擎", "量大加个购物车", "VIP", "VIP88", "加VIP88元", "vx100 洗衣机", "Q弹", "Q弹500g", "qq糖", "QQ糖多少钱", "QQ糖100克", "Q10辅酶", "辅酶Q10 100mg", "群里",
    "群里发了吗", "点赞", "点赞666", "点击", "点击1号链接", "点com没有", "一点点", "3点到5点", "晚上8点live开始吗", "10点live", "大号L码", "13号链接", "138页", "1万8千", "20多个", "666666",
    "666", "扣666", "扣1", "扣11111", "扣1扣2", "233333", "2333333", "888888", "111111", "5201314", "1314520", "六六六六六六六", "身高165体重110胸围85腰围102",
    "身高165体重110", "165 110 85能穿M吗", "175/140穿什么码", "165/170/175都有吗", "199/299/399元", "180*200*220", "1800*2000*220mm", "60*60*120",
    "1号3号8号2号5号6号7号都要", "1号3号5号7号9号11号13号链接", "1杯3杯8杯", "微信支付可以吗", "微信pay可以吗", "微信扣款了500元", "Can I pay with WeChat please", "WeChat works?",
    "qq music可以连吗", "line up please", "good signal strength", "signal strength 5", "wait in line 20 minutes", "tell me more about size 42",
    "add me one please", "add me 2 pieces please", "look at qq music", "meet me at home", "ok。me too", "hello. me too", "ins风桌布", "ins风2024新款",
    "飞机能带20000mAh吗", "小飞机玩具多少钱", "企鹅公仔", "电报是什么", "邮箱多少", "网址在哪", "淘宝店有吗", "抖音9.9元", "抖音月付12期", "快手2026年双11", "小红书推荐的吗", "手机壳iPhone16",
    "手机20000mAh能充几次", "电话手表支持4G吗", "维生素C1000mg", "加维C1000mg", "维E 400iu", "USB3.0", "usb v2.0", "Type-C", "A4纸500张", "加A4纸吗", "rtx4090显卡",
    "B5笔记本", "ABC-123", "1,299元", "1,299.00-2,599.00", "100000元", "尾号1234", "稍微大一点", "轻微瑕疵", "显微镜10000倍", "微单A7M4", "微量", "第138个", "13800",
    "1380元", "0.5mm", "3.14159", "4.5 out of 5", "5G手机", "买3送1买5送2买10送5", "1元 2元 3元 5元", "5.0版本", "2.5kg/个", "点2号链接", "我要点3份", "两三点", "好点了",
    "s/m/l/xl", "XXL 180", "175/92A", "100%棉", "7天无理由", "24小时发货", "48小时内", "9块9包邮", "1.5米和1.8米", "12期免息", "四件套", "三三两两", "一五一十", "一二三上链接",
    "二〇二六年", "二三十个", "双十一", "618大促", "双11 618 双12", "微信里的iPhone16", "微商吗", "V脸", "V5", "加绒V领500克", "加微糖", "加微辣", "微糖加冰", "群主在吗", "进群领券", "扣款99元",
    "纽扣12颗", "L码还是XL", "大V推荐", "同名同姓", "同款多少钱", "微信同款", "微信同步吗", "手机号填错了", "2B铅笔", "3M胶带", "13款和15款", "加我一单", "加我两个16码", "找我拿的500ml怎么还没到",
    "微信能付99999吗", "微信红包200元", "微信群在哪", "微信小程序能买吗", "微信视频号直播吗", "QQ群有吗", "扣子掉了100个", "纽扣5粒12mm", "企鹅玩偶35cm", "企鹅T恤XL", "飞机杯架", "飞机盒20*15*10",
    "飞机MU5137能带吗", "小飞机模型1:400", "1:12345", "电报机", "line冻结吗", "on-line order", "new line 2026", "ins同款", "ins网红2026新款", "tg是什么", "群里说的100元券",
    "群里20260815那批", "搜iphone15", "搜一下airpods3", "搜 SKU", "关注了iphone16pro", "名字叫A4", "同名商品100元", "卫生巾240mm", "卫星锅", "维达抽纸100抽", "维C500mg100片",
    "为什么iphone16不能用", "为什么USB3.0慢", "未拆封iphone", "尾货iphone14", "微型SUV", "微调EQ", "微软surface", "微软office365", "微软Windows11", "微星RTX4090",
    "微星b760m", "加微星b760m", "威图vertu", "威图手机vertu", "薇娅同款", "小薇好看", "微胖130斤穿什么", "微胖女生165/130", "v10吸尘器", "V12吸尘器", "戴森V15",
    "戴森v12 detect slim", "vivo x100", "vivo X100 Pro", "oppo find x7", "华为mate60pro", "小米14ultra", "红米note13", "一加12", "一加ace3", "一加 ace3pro",
    "加5g", "加wifi6", "加lv2000积分", "加购iphone16", "加购lily", "联系客服2小时", "联系不上12345", "联系快递sf1234", "私信了", "私信你20次", "Q345钢", "Q235b", "q版手办",
    "Q版 2026", "加q版", "q币100", "10010客服", "拨打12345", "110", "12315投诉", "95555", "400电话", "客服电话多少", "手机5000mAh", "手机8+256", "手机12+512g", "16+512",
    "16GB+512GB", "8核16线程", "I7-13700K", "i5 13600kf", "R9-7945HX", "AMD 7800X3D", "RTX 4060 8G", "1080P 60fps", "3840x2160", "1920*1080",
    "2560x1440", "DDR5 6000", "ABS+PC", "Type-C转3.5mm", "USB-C 100W", "100-240V 50/60Hz", "220V/50Hz", "3-6个月 6-12个月", "0-3岁 3-6岁",
    "S码80-95斤 M码95-110斤 L码110-125斤", "S(80-95) M(95-110) L(110-125)", "80-95 95-110 110-125斤", "90/100/110/120/130码", "36 37 38 39 40",
    "36 37 38码", "36/37/38/39/40都有", "35-40码", "35.5 36.5", "1.5m*2.0m", "150*200cm", "1.2*2米", "一二三四五六日", "周一到周五", "十二点半", "晚上八点到十点",
    "一米六五一百一十斤", "一百二十斤一米六", "三围90 60 90", "胸围88腰围70臀围92", "身高158体重98斤", "158/98", "175 70kg", "身高175体重70kg穿L还是XL", "原价299现价199到手149",
    "99减10 199减30 299减50", "满199减20满299减50满399减100", "1件99 2件189 3件259", "1件99，2件189，3件259", "买1送1 买2送3 买3送5", "第1个第3个第5个", "1号2号3号4号5号6号链接",
    "1和3和5和8", "1，2，3，4，5号", "1 2 3 4 5 6", "12345", "54321开抢", "321上链接", "5 4 3 2 1", "2026年11月28日", "2026年11月28日20点", "11月11日20:00",
    "11.11 20:00", "2026/11/28", "2026-11", "26年11月", "11/28", "20:00-24:00", "早10点到晚10点", "9:00~18:00", "9点-18点", "一天3次一次2片", "1:1复刻", "1/2",
    "50%", "3.5折", "0.01元", "￥199 ￥299 ￥399", "$19.99", "199.00元", "1288元", "12888元", "128888元", "1w多粉丝", "10w+", "好评10万+", "库存99999", "编号0012",
    "第0088号", "00后", "90后", "A0012", "款号A1234", "货号AB-1234", "色号 01 02 03", "色号#302", "#302", "口红#999", "#1", "@主播", "@主播 多少钱", "www", "com",
    "点点点", "点个赞", "点到为止", "点me", "t点", "me点", "快点 me too", "有点 live 感", "多点 online", "一点 info 都没有", "3点 shop 见", "hello.how are you",
    "good.thanks", "u.s.", "a.m. to p.m.", "e.g. this", "3.5mm.", "i.e.", "node.js", "vue.js", "and/or", "ml/kg", "km/h", "usd/cny", "w/o",
    "24/7", "t/t", "id是多少", "id card", "ID卡", "ID photo 2inch", "my name is lily", "name lily", "add me to the list", "add two to my cart",
    "dm me", "call me maybe", "one two three go", "one two three four five", "i want 3 of 5", "size 38 or 39", "between 100 and 200",
    "about 10 to 15 days", "its 5 o clock", "so 100 is ok", "oil 500ml", "10 lbs", "100g x 3", "3 x 100g", "100 x 200 x 300", "oled 65", "lol",
    "lolol", "ooo", "888", "8888888", "9999", "哈哈哈2333", "66666666666", "6666666666666", "+1", "+1+1+1", "1+1", "1+1+1", "111", "扣1111", "扣 1",
    "扣个1", "想要的扣1", "Q一下", "看看q", "V587", "1314", "520", "7788", "1688", "3721", "9527", "555555", "呜呜555", "5555555555", "6到飞起666666", "vip1",
    "svip", "VX是什么", "VX能买吗", "wx小程序", "加V是什么意思", "不加微信", "可以加微信吗", "有微信吗", "微信多少", "能加你微信吗", "加个微信呗", "同城", "同学", "同一个", "同号不同码", "型号同号码",
    "手机同步", "电话同时", "微信同时", "邮箱能用吗", "邮费12元", "网址点哪", "网站打不开2天了",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"), [("小李", "小*"), ("Benjamin", "B***"), ("王", "*"), ("", ""), ("  阿 Q ", "阿**")]
)
def test_names(name: str, shown: str) -> None:
    assert privacy.name(name) == shown


@pytest.mark.parametrize(
    "private",
    ["13812345678", "138 1234 5678", "138-1234-5678", "138  1234  5678", "138,1234,5678", "138/1234/5678", "138_1234_5678",
     "(138)1234(5678)", "138--1234--5678", "138 . 1234 . 5678", "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "①③⑧①②③④⑤⑥⑦⑧", "１３８１２３４５６７８",
     "一三8一二3四5六7八", "壹叁捌壹贰叁肆伍陆柒捌", "一三八一二三四五六七八", "11010119900101123X", "138​1234​5678",
     "微信 abc_12345", "加微信号：abc_12345", "vx:hello123", "v信 hello123", "wechat: abcdef", "QQ 12345678", "tel 5551234",
     "me@example.com", "me＠qq.com", "https://x.example/a?b=1", "www.example.com/x", "t.me/abc", "example.com/x"],
)  # fmt: skip
def test_private_things_are_masked(private: str) -> None:
    assert privacy.words(f"你好，{private} 谢谢").replace("加", "") == "你好，*** 谢谢"


@pytest.mark.parametrize(
    "harmless",
    ["咖啡壶多少钱", "99元 两个 500ml 可以吗", "2026年双11有活动吗", "iPhone 16 Pro", "三五天能到吗", "手机壳多少钱", "微信支付可以吗", "any hotel rooms?",
     "qq音乐好听", "一共三个人", "4.5 out of 5", "v8引擎", "电话会议用的", "一杯两杯三杯四杯五杯六杯七杯八杯", "三人份，五人份，六人份，八人份都有吗"],
)  # fmt: skip
def test_harmless_words_stay(harmless: str) -> None:
    assert privacy.words(harmless) == harmless


def shown(contact: str) -> list[str]:
    """The comments with a contact in which it can be read still."""
    written, _, secret = contact.partition(" >> ")
    comments = (written, f"宝子们，{written}，谢谢", f"主播{written}哦")
    masked = [(comment, privacy.words(comment)) for comment in comments]
    return [comment for comment, words in masked if "***" not in words or (secret or written).lower() in words.lower()]


def test_hidden_contacts_are_masked() -> None:
    assert [comment for contact in HIDDEN for comment in shown(contact)] == []


def test_lookalikes_of_contacts_stay() -> None:
    comments = [comment for text in INNOCENT for comment in (text, f"主播，{text}？", f"请问{text}呀")]
    assert [comment for comment in comments if "***" in privacy.words(comment)] == []


@pytest.mark.parametrize(
    "contact", ["VX同名lily8899", "＋薇芯 lily8899", "138👉0013👉8000", "电138话0013号8000", "t点me/lilyfake"]
)
def test_a_contact_is_hidden_on_the_ticker_from_the_mind_and_in_what_is_said(contact: str) -> None:
    guard = Guard()
    assert (
        "8899" not in guard.show(contact)
        and "0013" not in guard.show(contact)
        and "lilyfake" not in guard.show(contact)
    )
    assert "***" in guard.read(contact).text
    assert [hit.kind for hit in guard.hits(contact, ("contact",))] == ["contact"]


def test_a_place_is_that_of_the_text_as_written() -> None:
    text = "找我🆅🆇：lily8899，谢谢"
    ((start, end),) = privacy.private(text)
    assert text[start:end] == "🆅🆇：lily8899"
    assert privacy.words("café ｏｋ ➊ é") == "café ok ➊ é"


@pytest.mark.parametrize(
    "repeated", ["1", "1 3 ", "1👉3👉", "1我3我", "138我0我", "400我", "微信号", "加微", "v ", "a ", "a.", "a点", "1.", "lily1,", "http", "abc@", "路1号", "[玫瑰]1", "8@q 1点", "er san "]
)  # fmt: skip
def test_a_long_comment_comes_to_an_end(repeated: str) -> None:
    """An expression that tries every way would take hours; `make bench` measures the usual time."""
    assert isinstance(privacy.words((repeated * 500)[:500]), str)
