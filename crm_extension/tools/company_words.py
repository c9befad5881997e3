"""Words that say nothing about which customer it is: legal forms, places, mail hosts.

All in folded form (see :func:`duplicate_keys.fold`): lower case, without accents and
dots, simplified characters.
"""

#: Legal forms at the end of a name, one word each ("sp. z o.o." is three).
LEGAL_AFTER = frozenset(
    """
    ag gmbh mbh ggmbh kg kgaa ohg ug haftungsbeschrankt gbr ek eg ev se
    gesellschaft aktiengesellschaft
    ltd limited co company companies inc incorporated corp corporation
    llc llp lp plc pllc pc pte pty pvt private pvtltd public
    sa sas sasu sarl eurl snc sca scs scop srl srls spa sapa sl slu slne sau scrl sprl
    societe anonyme
    bv nv vof cv bvba b v n
    oy oyj ab hb as asa aps is ks ans da ehf hf
    sp zoo z o oo spzoo sro as vos doo dd ood eood ad ead kft zrt nyrt bt
    oao ooo zao pao ao ооо оао зао пао ао тов зат ип
    lda ltda eireli me cia
    sdn bhd berhad tbk
    kk gk yk kabushiki kaisha
    jsc ojsc cjsc sia uab ou
    de rl
    group holding holdings gruppe gruppen groupe gruppo grupo koncern
    """.split()
)
#: Legal forms in front of a name.
LEGAL_BEFORE = frozenset(
    "the ab as pt cv ooo oao zao ооо оао зао пао ао ип тов sc sia uab".split()
)
#: Words between the others that people write or leave out.
LINKS = frozenset("and und et y e i".split())

#: Chinese, Japanese and Korean legal forms at the end of a word, the longest first.
LEGAL_CJK = tuple(
    """
    股份有限责任公司 有限责任公司 集团股份有限公司 股份有限公司 集团有限公司 控股有限公司
    个人独资企业 普通合伙企业 有限合伙企业 特殊普通合伙 普通合伙 有限合伙 个体工商户
    股份公司 集团公司 控股公司 有限公司 无限公司 责任公司 总公司 公司
    集团 控股 商行 商号 株式会社 有限会社 合同会社 合资会社 合名会社
    주식회사 유한회사 유한책임회사
    """.split()
)

#: Places that people put in front of a name or leave out, Latin.
PLACES = frozenset(
    """
    china prc shanghai beijing tianjin chongqing guangzhou shenzhen hangzhou suzhou
    nanjing wuhan chengdu xian qingdao dalian ningbo xiamen dongguan foshan wuxi
    hongkong hong kong taiwan taipei macau singapore japan tokyo osaka korea seoul
    deutschland germany berlin hamburg munchen munich frankfurt osterreich austria wien
    vienna schweiz suisse switzerland france paris lyon italia italy milano roma espana
    spain madrid barcelona nederland netherlands amsterdam uk london usa us america
    europe asia pacific international intl worldwide global
    """.split()
)
#: The same in Chinese, without 省 and 市.
PLACES_CJK = tuple(
    """
    中国 北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东
    河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏
    新疆 香港 澳门 广州 深圳 东莞 佛山 珠海 惠州 中山 杭州 宁波 温州 绍兴 嘉兴 义乌
    南京 苏州 无锡 常州 南通 昆山 合肥 福州 厦门 泉州 南昌 济南 青岛 烟台 潍坊 郑州
    武汉 长沙 成都 贵阳 昆明 西安 兰州 石家庄 太原 沈阳 大连 长春 哈尔滨 海口 南宁
    台北 高雄 台中
    """.split()
)

#: Hosts where anybody has an address: whole domains, or the first label of many.
FREE_MAIL = frozenset(
    """
    gmail googlemail hotmail outlook live msn yahoo ymail rocketmail aol icloud me.com
    mac.com gmx web.de t-online.de freenet.de arcor.de mail.de posteo.de mailbox.org
    1und1.de online.de bluewin.ch aon.at chello.at orange.fr wanadoo.fr free.fr sfr.fr
    laposte.net libero.it virgilio.it tiscali.it alice.it tin.it terra.es telefonica.net
    proton.me protonmail tutanota fastmail zoho.com mail.com email.com inbox.com
    yandex mail.ru bk.ru inbox.ru list.ru rambler.ru ukr.net wp.pl o2.pl onet.pl
    interia.pl seznam.cz centrum.cz
    qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com vip.126.com yeah.net 188.com
    139.com 189.cn wo.cn sina sohu.com tom.com 21cn.com aliyun.com chinaren.com 263.net
    eyou.com netease.com hinet.net seed.net.tw pchome.com.tw yam.com
    naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp
    nifty.com rediffmail.com bigpond.com btinternet.com comcast.net verizon.net att.net
    sbcglobal.net cox.net charter.net shaw.ca rogers.com uol.com.br bol.com.br
    example.com example.org example.net
    """.split()
)
