"""Chinese family names, for finding names of people in a text. One list for all who look for them.

`PLAIN` are hardly ever a word of their own, so that standing alone they begin a name; `WORDS_TOO` are everyday words as well
(方, 高, 石) and begin a name only where more speaks for it; `GLUE` are met between words far more often than as names. By frequency, after 百家姓 and the household registers of
Guangxi (韦, 覃, 蒙, 农, 莫, 蓝).
"""

PLAIN = (
    "王李张刘陈杨赵吴周徐孙胡朱郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛阎余潘杜戴夏姜范姚谭廖邹熊陆郝崔康邱"
    "秦侯邵孟尹黎乔贺赖龚韦覃庞樊倪殷翟颜俞葛伍聂焦柳邢骆岳耿詹闵窦裴席鲍阮臧冉刁褚滕卞邬庄祁喻甄辛涂冀卜霍翁隋柯蒲邝岑仇柏庾"
    "缪戚嵇邸郜郁晏鄢冼匡佟寇荆谌鞠蔺屠阙邰钱郎靳栾竺裘郦濮郤逄宓亓笪佘佴逯郏邴麴厍蒯訾阚仝苌荀牟芮"
)
WORDS_TOO = (
    "高林黄马曾叶田任方石金孔白毛江史顾龙万段雷汤易武文莫蒙农蓝欧施陶洪安严牛温芦季章鲁申尤毕齐梅管祝左谷舒路关苗凌费纪盛童项"
    "曲成游阳查屈位景包司宁桂柴华车房边古吉饶池米晋苑宫苟简娄盖符木穆党燕商计揭迟宇敖冷卓花艾稽井练仲乐虞封官衣楚台巫银沙薄伏"
    "习汪钟瞿满广养丰相权印宿闻荣仰秋伊甘厉戎祖幸寿通"
)
GLUE = "班和全应保于向时从尚终常解连怀索国东师卫原单强明红"
COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "东方",
    "南宫",
    "端木",
)

ALL = PLAIN + WORDS_TOO + GLUE
