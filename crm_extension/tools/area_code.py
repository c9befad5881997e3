"""Area codes of the large Chinese cities, for numbers that are typed without one."""

_CODES = {
    "010": "北京 beijing",
    "020": "广州 廣州 guangzhou canton",
    "021": "上海 shanghai",
    "022": "天津 tianjin",
    "023": "重庆 重慶 chongqing",
    "024": "沈阳 瀋陽 shenyang",
    "025": "南京 nanjing",
    "027": "武汉 武漢 wuhan",
    "028": "成都 chengdu",
    "029": "西安 xian xi'an",
    "0311": "石家庄 石家莊 shijiazhuang",
    "0351": "太原 taiyuan",
    "0371": "郑州 鄭州 zhengzhou",
    "0411": "大连 大連 dalian",
    "0431": "长春 長春 changchun",
    "0451": "哈尔滨 哈爾濱 harbin",
    "0471": "呼和浩特 hohhot",
    "0510": "无锡 無錫 wuxi",
    "0512": "苏州 蘇州 suzhou",
    "0531": "济南 濟南 jinan",
    "0532": "青岛 青島 qingdao",
    "0551": "合肥 hefei",
    "0571": "杭州 hangzhou",
    "0574": "宁波 寧波 ningbo",
    "0577": "温州 溫州 wenzhou",
    "0591": "福州 fuzhou",
    "0592": "厦门 廈門 xiamen",
    "0731": "长沙 長沙 changsha",
    "0755": "深圳 shenzhen",
    "0756": "珠海 zhuhai",
    "0757": "佛山 foshan",
    "0760": "中山 zhongshan",
    "0769": "东莞 東莞 dongguan",
    "0771": "南宁 南寧 nanning",
    "0791": "南昌 nanchang",
    "0851": "贵阳 貴陽 guiyang",
    "0871": "昆明 kunming",
    "0891": "拉萨 拉薩 lhasa",
    "0898": "海口 三亚 三亞 haikou sanya",
    "0931": "兰州 蘭州 lanzhou",
    "0951": "银川 銀川 yinchuan",
    "0971": "西宁 西寧 xining",
    "0991": "乌鲁木齐 烏魯木齊 urumqi",
}
_BY_CITY = {city: code for code, cities in _CODES.items() for city in cities.split()}


def area_code(city: str | None, region: str) -> str:
    """Return the area code of a city, or "" when it is not known."""
    if region != "CN" or not city:
        return ""
    return _BY_CITY.get(city.strip().lower().removesuffix("市"), "")
