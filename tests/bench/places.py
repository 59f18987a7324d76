"""The invented and real places in which the practice texts are set. Their names tell nothing of a child: whatever is counted from
those texts is counted without them."""

import re

STEMS = (
    "桦北 白塬 凉溪 罗岭 岭东 渝岭 涪南 祁塬 沙柳 豫丰 黔云 青禾 怒山 榕湾 粤湾 雪岭 木姜 那罗 湘云 沙棘 燕北 木棉 云雾 二道桦 桦镇 道桦 "
    "三岔 岔坝 临松 赣丰 泽安 鲁安 巴渡 宁川 西夜 枫桥 石桥 红崖 鹭江 双桥 石门 老鸹 下寨 柳树屯 麻栗 广西 吉林 甘肃 重庆 四平 铁东 高台 "
    "壮族 广州 北京 上海 成都 贵阳 南宁 桂林 长春 兰州 张掖"
).split()
PLACE = re.compile(f"(?:{'|'.join(STEMS)})(?:自治区|省|市|县|区|镇|乡|村)?")


def without_places(text: str) -> str:
    """The text with a blank where a place is named."""
    return PLACE.sub(" ", text)
