"""Names that people trust with their money, and where those who bear them are at home.

Only names that are no ordinary words: “Chase” and “Apple” alone say nothing.  Chinese in both scripts.
"""

from typing import NamedTuple


class Brand(NamedTuple):
    """`names` in small letters as tenants/abuse/lures.py reads a text; `domains` are its own, and all below them."""

    names: tuple[str, ...]
    domains: tuple[str, ...]


BRANDS = (
    Brand(("paypal",), ("paypal.com", "paypal.me")),
    Brand(("alipay", "支付宝", "支付寶"), ("alipay.com", "alipay.hk")),
    Brand(("wechat pay", "wechatpay", "微信支付", "微信安全中心", "微信團隊", "微信团队"), ("weixin.qq.com", "wechat.com")),
    Brand(("unionpay", "银联", "銀聯"), ("unionpay.com", "95516.com", "unionpayintl.com")),
    Brand(("icbc", "工商银行", "工商銀行"), ("icbc.com.cn", "icbc-ltd.com")),
    Brand(("建设银行", "建設銀行"), ("ccb.com", "ccb.cn")),
    Brand(("农业银行", "農業銀行"), ("abchina.com", "abchina.com.cn")),
    Brand(("bank of china", "中国银行", "中國銀行"), ("boc.cn", "bankofchina.com", "bochk.com")),
    Brand(("招商银行", "招商銀行"), ("cmbchina.com",)),
    Brand(("交通银行", "交通銀行"), ("bankcomm.com", "95559.com.cn")),
    Brand(("邮政储蓄", "郵政儲蓄"), ("psbc.com",)),
    Brand(("hsbc", "汇丰", "滙豐", "匯豐"), ("hsbc.com", "hsbc.com.hk", "hsbc.com.cn", "hsbc.com.tw", "hsbc.co.uk")),
    Brand(("standard chartered", "渣打"), ("sc.com",)),
    Brand(("citibank", "花旗银行", "花旗銀行"), ("citi.com", "citibank.com", "citibank.com.hk", "citibank.com.sg")),
    Brand(("dbs bank", "星展银行", "星展銀行"), ("dbs.com", "dbs.com.sg", "dbs.com.tw")),
    Brand(("hang seng", "恒生银行", "恒生銀行"), ("hangseng.com",)),
    Brand(("cathay united", "国泰世华", "國泰世華"), ("cathaybk.com.tw",)),
    Brand(("ctbc", "中国信托", "中國信託"), ("ctbcbank.com",)),
    Brand(("esun bank", "玉山银行", "玉山銀行"), ("esunbank.com.tw", "esunbank.com")),
    Brand(("taishin", "台新银行", "台新銀行"), ("taishinbank.com.tw",)),
    Brand(("taipei fubon", "台北富邦"), ("fubon.com",)),
    Brand(("bank of america",), ("bankofamerica.com", "bofa.com")),
    Brand(("wells fargo", "wellsfargo"), ("wellsfargo.com",)),
    Brand(("chase bank", "jpmorgan"), ("chase.com", "jpmorgan.com", "jpmorganchase.com")),
    Brand(("barclays",), ("barclays.com", "barclays.co.uk")),
    Brand(("american express", "amex"), ("americanexpress.com",)),
    Brand(("mastercard", "万事达", "萬事達"), ("mastercard.com", "mastercard.us")),
    Brand(("visa card", "visa security"), ("visa.com",)),
    Brand(("revolut",), ("revolut.com",)),
    Brand(("western union", "西联汇款", "西聯匯款"), ("westernunion.com",)),
    Brand(("coinbase",), ("coinbase.com",)),
    Brand(("binance", "币安", "幣安"), ("binance.com",)),
    Brand(("metamask",), ("metamask.io",)),
    Brand(("line pay", "linepay"), ("line.me",)),
    Brand(("街口支付",), ("jkos.com",)),
    Brand(("taobao", "淘宝", "淘寶"), ("taobao.com",)),
    Brand(("jingdong", "京东", "京東"), ("jd.com",)),
    Brand(("amazon", "亚马逊", "亞馬遜"), ("amazon.com", "amazon.cn", "amazon.co.uk", "amazon.de", "amazon.co.jp")),
    Brand(("netflix",), ("netflix.com",)),
    Brand(("microsoft",), ("microsoft.com", "live.com", "office.com")),
    Brand(("apple id", "icloud", "apple support"), ("apple.com", "icloud.com")),
    Brand(("google account", "google security"), ("google.com",)),
    Brand(("facebook", "instagram", "whatsapp"), ("facebook.com", "instagram.com", "whatsapp.com", "wa.me")),
    Brand(("dhl",), ("dhl.com", "dhl.de")),
    Brand(("fedex",), ("fedex.com",)),
    Brand(("顺丰", "順豐"), ("sf-express.com",)),
    Brand(("中华邮政", "中華郵政"), ("post.gov.tw",)),
    Brand(("公安局", "公安机关", "公安機關", "税务局", "稅務局", "国税局", "國稅局"), ("gov.cn", "gov.tw", "gov.hk")),
)
