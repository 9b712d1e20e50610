"""Where names come from: surnames by frequency, given names by generation, firms by trade."""

# surname:pinyin:share per thousand. The polyphones are spelled as surnames are read:
# 曾 zeng, 单 shan, 区 ou, 解 xie, 仇 qiu, 查 zha, 任 ren, 盖 ge, 朴 piao, 尉迟 yuchi.
SURNAMES = (
    "王:wang:72 李:li:71 张:zhang:67 刘:liu:53 陈:chen:45 杨:yang:31 黄:huang:22 赵:zhao:21 "
    "吴:wu:20 周:zhou:20 徐:xu:14 孙:sun:14 马:ma:13 朱:zhu:13 胡:hu:12 郭:guo:12 何:he:11 "
    "高:gao:10 林:lin:10 罗:luo:9 郑:zheng:9 梁:liang:9 谢:xie:7 宋:song:7 唐:tang:7 许:xu:6 "
    "韩:han:6 冯:feng:6 邓:deng:6 曹:cao:6 彭:peng:5 曾:zeng:5 肖:xiao:5 田:tian:5 董:dong:5 "
    "袁:yuan:5 潘:pan:5 于:yu:5 蒋:jiang:5 蔡:cai:5 余:yu:4 杜:du:4 叶:ye:4 程:cheng:4 苏:su:4 "
    "魏:wei:4 吕:lv:4 丁:ding:4 任:ren:4 沈:shen:4 姚:yao:3 卢:lu:3 姜:jiang:3 崔:cui:3 "
    "钟:zhong:3 谭:tan:3 陆:lu:3 汪:wang:3 范:fan:3 金:jin:3 石:shi:3 廖:liao:3 贾:jia:3 "
    "夏:xia:3 韦:wei:2 付:fu:2 方:fang:2 白:bai:2 邹:zou:2 孟:meng:2 熊:xiong:2 秦:qin:2 "
    "邱:qiu:2 江:jiang:2 尹:yin:2 薛:xue:2 闫:yan:2 段:duan:2 雷:lei:2 侯:hou:2 龙:long:2 "
    "史:shi:2 陶:tao:2 黎:li:2 贺:he:2 顾:gu:2 毛:mao:2 郝:hao:2 龚:gong:2 邵:shao:2 "
    "单:shan:1 区:ou:1 解:xie:1 仇:qiu:1 查:zha:1 盖:ge:1 朴:piao:1 覃:qin:1 万:wan:1 钱:qian:1 "
    "欧阳:ouyang:2 上官:shangguan:1 司马:sima:1 诸葛:zhuge:1 尉迟:yuchi:1 皇甫:huangfu:1 "
    "夏侯:xiahou:1 令狐:linghu:1"
)
# (first characters, second characters) per generation: born before 1970, 1970-1989, since 1990.
GIVEN_MEN = (
    ("建国志德永文秀庆玉福", "国强军民华平生明荣林"),
    ("伟海晓俊志建永少立春", "峰勇涛磊斌波辉鹏杰东"),
    ("子浩宇俊一梓博泽嘉思", "轩然涵宇豪辰睿阳泽航"),
)
GIVEN_WOMEN = (
    ("桂秀玉淑春兰凤美惠爱", "英兰珍芳华梅琴莲香云"),
    ("晓丽海雪红艳文静小春", "燕霞娟玲敏丽红萍静芳"),
    ("梓欣雨诗思佳子雅语可", "涵怡萱琪彤妍瑶悦婷馨"),
)
SINGLE_MEN = ("军平强刚", "伟涛磊超", "昊睿轩洋")
SINGLE_WOMEN = ("芳英兰敏", "静娜丽颖", "悦萌雪婷")
ERAS = (1945, 1970, 1990, 2006)  # years of birth that bound the three generations
CITIES = (
    "杭州:16 上海:12 南京:8 苏州:8 宁波:6 合肥:5 武汉:5 成都:6 重庆:5 长沙:4 广州:5 深圳:5 "
    "北京:5 天津:3 济南:3 青岛:3 西安:4 郑州:3 昆明:4 大理:2 厦门:3 南昌:2"
)
FLOODED = ("昆明", "大理")
WORDS = (
    "金桂 锦程 华庭 绿洲 星河 阳光 晨曦 小太阳 云栖 和美 福源 祥瑞 嘉禾 春晖 蓝天 东方 瑞丰 启明 "
    "静安 百合 同心 望江 翠湖 宏远 天成 佳悦 博雅 康宁 禾苗 海棠 青藤 明德 聚贤 知味 老街坊 四季"
)
FIRMS: dict[str, tuple[str, ...]] = {
    "酒店": ("酒店", "大酒店", "商务宾馆"),
    "民宿": ("民宿", "客栈"),
    "幼儿园": ("幼儿园", "双语幼儿园"),
    "餐饮": ("餐饮有限公司", "私房菜馆", "食府"),
    "办公": ("科技有限公司", "设计事务所", "文化传媒有限公司"),
    "养老服务": ("养老服务中心", "颐养院"),
    "诊所": ("口腔诊所", "中医门诊部"),
    "学校": ("实验小学", "培训学校"),
    "健身": ("健身俱乐部", "瑜伽馆"),
    "物业": ("物业服务有限公司",),
}
UNITS = (
    "禾木生活·西湖门店",
    "禾木生活·江北门店",
    "禾木生活·物流中心",
    "禾木生活·客服中心",
    "禾木生活·中央厨房",
    "禾木生活·行政部",
    "禾木生活·电商部",
    "禾木生活·培训学院",
)
STAFF = ("zhoumin", "lilei", "hanmeimei", "chenjing", "wangqiang", "sunli", "zhaolei", "linfang")
KEY_STAFF = STAFF[:3]  # they look after the business customers
SOURCES = ("门店", "小程序", "电话", "推荐", "展会", "公众号")
ROLES = ("采购经理", "后勤主管", "总经理", "行政", "园长", "财务")
