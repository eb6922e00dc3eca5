//! The words of headers, as data: what else than identifiers a column may hold, and words that
//! change what the words around them say. The headers of kinds are in `kinds.json`.
//!
//! Words are in lower case and without accents. Terms are apart by `|`; those of several words have
//! one space between them. Terms of scripts that write without spaces are found inside longer runs.

/// Numbers that are no identifiers, each with what to call them, in the singular.
pub(super) const OTHERS: [(&str, &str); 24] = [
    (
        "an order number",
        "order|orders|dingdan|dingdanhao|dingdanbianhao|orderid|orderno|ordernum|ordernumber|order sn|\
         ordersn|ddh|ddbh|bestellung|\
         bestellnummer|bestellnr|bestelnummer|bestelling|auftrag|auftragsnummer|pedido|pedidos|\
         orden|commande|ordine|zakaz|zamowienie|siparis|заказ|заказа|заказы|замовлення|订单|訂單|订单号|单号|\
         單號|单据|注文|受注|주문|pesanan|đon hang|don hang",
    ),
    (
        "a transaction number",
        "transaction|transactions|txn|txnid|tran id|trans id|trans no|transid|transno|trade no|\
         trade id|tradeno|tradeid|trade sn|out trade|payment id|payment no|payid|pay no|payno|paysn|\
         transaktion|transaccion|transacao|transazione|транзакция|транзакции|交易|交易号|流水|流水号|支付单|付款单|\
         取引|거래|receipt|voucher|凭证|lsh|jylsh|liushui|\
         liushuihao|jiaoyihao",
    ),
    (
        "an invoice number",
        "invoice|invoices|invoiceno|invoiceid|invoice number|rechnung|rechnungsnummer|rechnungsnr|\
         factura|facture|fattura|fatura|faktura|счет|发票|發票|请求书|インボイス",
    ),
    (
        "a tracking number",
        "waybill|waybillno|tracking|trackingno|trackingnumber|shipment|shipping no|consignment|awb|\
         parcel|express no|express sn|expressno|express number|logistics no|logistic no|mailno|\
         sendungsnummer|trackingcode|отправление|трек|运单|運單|快递单|快递号|物流单|物流号|面单|取件码|提货码|ydh|kddh|\
         yundanhao|kuaididanhao|kuaidihao|wuliudanhao|\
         wldh|伝票番号|追跡番号|운송장",
    ),
    (
        "a card number",
        "card|cards|cardno|cardnum|cardnumber|cardid|bank card|bankcard|bank card no|bankcardno|\
         credit card|creditcard|debit card|cc number|ccnum|kreditkarte|kartennummer|kartennr|\
         tarjeta|tarjetas|cartao|cartao de credito|carta di credito|carte bancaire|carte de credit|\
         kart|kart no|карта|карты|номер карты|卡|卡号|卡號|卡片|银行卡|銀行卡|信用卡|储蓄卡|借记卡|yhk|yhkh|kahao|\
         yinhangka|カード|カード番号|카드|카드번호",
    ),
    (
        "a bank account",
        "iban|bic|swift|bank account|bankaccount|bank acc|bank acct|account iban|bankkonto|\
         kontonummer|kontonr|bankverbindung|cuenta bancaria|conta bancaria|clabe|cbu|rib|\
         расчетный счет|银行账号|银行账户|银行帐号|銀行帳號|对公账户|yhzh|口座|口座番号|계좌|계좌번호|routing number|sort code|blz|\
         ifsc",
    ),
    ("an IMEI", "imei|imei1|imeis|meid|esn|手机串号|串号|机身码"),
    ("a SIM card", "imsi|iccid|sim card|simcard|sim no|sim id|simno|simid|sim serial|puk"),
    (
        "a device",
        "device|devices|deviceid|device id|device no|deviceno|udid|idfa|idfv|oaid|gaid|aaid|\
         android id|androidid|mac|mac addr|mac address|macaddr|serial|serial no|serialno|\
         serialnumber|serial number|seriennummer|设备|设备号|設備|序列号|端末|기기",
    ),
    (
        "an IP address",
        "ip|ips|ipaddr|ipaddress|ip address|ip addr|ipv4|ipv6|clientip|client ip|remote ip|\
         remote addr|userip|loginip|regip|lastip|ip地址|ip адрес",
    ),
    (
        "a time",
        "time|times|timestamp|timestamps|datetime|date time|ts|utc|epoch|unixtime|ctime|mtime|\
         atime|dtime|addtime|createtime|created|updated|modified|deleted|created at|updated at|\
         deleted at|createdat|updatedat|gmt create|gmt modified|gmtcreate|gmtmodified|expires|\
         expire|expiry|expiration|expired|hora|heure|uhrzeit|zeit|zeitpunkt|zeitstempel|время|час|\
         tijd|tijdstip|czas|saat|zaman|waktu|时间|時間|时刻|時刻|时间戳|时长|時長|年月|有效期|期限|过期|到期|日時|시간|일시|เวลา|\
         thoi gian",
    ),
    (
        "a date",
        "date|dates|birthday|birthdate|birth date|birth day|date of birth|dob|bday|born|birth|\
         fecha|fechas|fecha nacimiento|fecha de nacimiento|nacimiento|data nascimento|\
         data de nascimento|data di nascita|data nascita|data cadastro|data criacao|nascimento|\
         naissance|date naissance|datum|geburtsdatum|geburtstag|geburt|geboortedatum|дата|\
         дата рождения|рождения|рождение|dogum tarihi|tarih|tarihi|tanggal|tgl|tanggal lahir|\
         tgl lahir|data urodzenia|syntymaaika|fodelsedatum|ngay|ngay sinh|日期|生日|出生|出生日期|出生年月|csrq|\
         csny|rq|生年月日|誕生日|날짜|일자|생일|생년월일|วันที่|วันเกิด|تاريخ|تاريخ الميلاد|תאריך",
    ),
    (
        "an amount",
        "amount|amounts|amt|price|prices|total|subtotal|balance|money|fee|fees|cost|costs|salary|\
         wage|income|revenue|discount|deposit|refund|payment amount|credit limit|debt|importe|monto|\
         precio|saldo|preco|valor total|montant|prix|solde|preis|betrag|summe|kontostand|prezzo|\
         importo|сумма|цена|стоимость|баланс|остаток|зарплата|kwota|cena|saldo konta|fiyat|tutar|\
         bakiye|harga|jumlah|gia|so tien|金额|金額|价格|價格|单价|总价|余额|餘額|费|费用|費用|工资|薪资|收入|资产|存款|贷款|欠款|額|価格|\
         料金|残高|금액|가격|잔액|ราคา|مبلغ|سعر",
    ),
    (
        "a postcode",
        "pin code|pincode|zip|zipcode|zip code|postcode|post code|postal|postal code|postalcode|\
         postnr|postnummer|postleitzahl|plz|codigo postal|codigopostal|code postal|codepostal|cep|\
         почтовый индекс|индекс|kod pocztowy|posta kodu|kode pos|kodepos|邮编|邮政编码|郵政編碼|郵遞區號|yb|yzbm|\
         郵便番号|우편번호|รหัสไปรษณีย์",
    ),
    ("a QQ number", "qq|qqs|qqno|qqnum|qqid|qqhao|qqh|qq号|qq群|扣扣"),
    (
        "a coordinate",
        "lat|lng|lon|latitude|longitude|latlng|coordinates|coords|gps|breitengrad|laengengrad|\
         latitud|longitud|широта|долгота|经度|纬度|經度|緯度|坐标|座標|经纬度|緯度経度",
    ),
    (
        "a company's number",
        "uscc|credit code|creditcode|vat|vat no|vat number|vatnumber|vat id|ust id|ustid|\
         company number|company no|registration no|business license|business licence|license no|\
         cnpj|siret|siren|ogrn|огрн|кпп|кпп организации|统一社会信用代码|社会信用代码|信用代码|营业执照|执照|税号|组织机构代码|機構代碼|\
         統一編號|统一编号|法人番号|사업자등록번호|사업자번호",
    ),
    (
        "a product",
        "sku|skus|ean|upc|isbn|issn|gtin|asin|barcode|bar code|product id|product no|productid|\
         goods id|goods no|goodsid|item no|articulo|artikelnummer|артикул|штрихкод|条码|条形码|條碼|商品|货号|\
         产品|商品編號|バーコード|商品番号|상품번호",
    ),
    (
        "a vehicle",
        "vin|vins|plate|plate no|license plate|licence plate|number plate|chassis|chassis no|\
         engine no|kennzeichen|matricula coche|车牌|車牌|车牌号|车架号|发动机|发动机号|车辆识别代号|cph|cjh|fdjh|ナンバープレート|\
         차량번호",
    ),
    (
        "a passport",
        "passport|passports|passportno|passport no|passport number|passnummer|reisepass|pasaporte|\
         passaporte|passeport|passaporto|paszport|pasaport|paspor|паспорт|паспорта|护照|護照|护照号|旅券|\
         パスポート|여권|여권번호|ho chieu|جواز السفر",
    ),
    (
        "a contract",
        "contract|contracts|contractno|contract no|contract id|policy no|policy number|policyno|\
         vertragsnummer|vertrag|contrato|contrat|договор|номер договора|合同|合同号|合同編號|保单|保單|保单号|契約番号|\
         계약번호",
    ),
    (
        "a student, staff or patient number",
        "student no|student number|studentno|student id|studentid|staff no|staff id|employee id|\
         employee no|employeeid|employeeno|emp id|emp no|empid|empno|matriculation|matrikelnummer|\
         patient id|patientid|patient no|mrn|medical record|学号|學號|工号|工號|员工编号|病历号|住院号|门诊号|病案号|准考证|\
         准考证号|考号|xuehao|gonghao|学籍号|学籍番号|社員番号|학번|사번",
    ),
    (
        "a record number",
        "rownum|row number|rowid|row id|row no|seq|sequence|seqno|serial id|lfd nr|序号|序號|行号|xh|xuhao|순번|連番",
    ),
    (
        "a password",
        "password|passwords|passwd|pwd|pass word|passwort|kennwort|contrasena|senha|mot de passe|\
         motdepasse|haslo|wachtwoord|пароль|пароли|sifre|parola|mat khau|密码|密碼|口令|mima|パスワード|비밀번호|\
         salt",
    ),
];

/// What belongs to a number and is not the number: as the last noun it says that a column holds
/// none.
pub(super) const PROPERTIES: &str = "type|types|kind|kinds|category|model|models|brand|brands|make|\
    manufacturer|vendor|os|version|ver|status|state|states|flag|flags|count|counts|cnt|qty|quantity|\
    size|length|len|verified|verify|verification|validated|valid|confirmed|bound|binding|enabled|\
    disabled|active|carrier|operator|provider|network|region|area|province|city|country|location|\
    attribution|owner name|name|names|fullname|firstname|lastname|username name|nickname|nick|title|\
    label|labels|desc|description|note|notes|remark|remarks|comment|comments|memo|message|msg|\
    text body|reason|result|source type|email|emails|e mail|mail|mails|address|addr|street|url|uri|\
    link url|href|path|file|filename|img|image|images|pic|pics|picture|photo|photos|scan|front|back|\
    avatar|icon|logo|hash|md5|sha1|sha256|encrypt|encrypted|cipher|mask|masked|token|captcha|sms|\
    prefix|suffix|ext|extension|country code|area code|dial code|dialcode|calling code|countrycode|\
    areacode|phonecode|last 4|last four|last4|last 4 digits|first 3|tail|color|colour|ratio|rate|\
    percent|score|level|rank|sort|index|plan|app|web|site|page|version code|gender|sex|age|nation|\
    nationality|nombre|nome|correo|direccion|endereco|typ|\
    art|marke|modell|anbieter|anzahl|adresse|nom|marque|modele|operateur|\
    имя|фамилия|количество|адрес|почта|nazwa|imie|adres|ad|adi|soyad|tur|nama|alamat|\
    ten|iphone|i phone|型号|型號|机型|品牌|厂商|厂家|制造商|系统|版本|状态|狀態|类型|類型|类别|種類|种类|分类|归属|归属地|歸屬地|\
    所在地|地区|省份|城市|运营商|營運商|数量|次数|个数|人数|总数|地址|住址|地点|姓名|名字|名称|名稱|昵称|备注|備註|说明|描述|照片|图片|圖片|图像|相片|正面|反面|背面|\
    影像|扫描件|复印件|附件|文件|链接|网址|签发|签发机关|发证机关|机关|验证|认证|校验|验证码|短信|绑定状态|标志|标识|是否|颜色|年龄|性别|民族|邮箱|信箱|电子邮件|郵箱|\
    会议|本数|区号|区域|国家码|国家代码|前缀|后缀|分机|分機|内线|尾号|后四位|后六位|末四位|前三位|加密|密文|掩码|脱敏|话费|套餐|流量|银行|开户行|手机银行|手机端|手机版|\
    手机网|手机壳|等级|级别|原因|结果|来源|内容|比例|排名|種別|氏名|住所|備考|区分|状況|メール|기종|종류|이름|성명|주소|상태|메모|이메일|ชื่อ|ที่อยู่|اسم|\
    الاسم|عنوان|שם|כתובת";

/// Words that, before a noun, say that it is not what a column holds: a question, or, in languages
/// that put it first, a property.
pub(super) const QUESTIONS: &str = "tipo|tipos|marca|modelo|estado|operadora|тип|модель|марка|оператор|статус|jenis|loai|rodzaj|\
    is|has|have|was|isnot|can|could|need|needs|require|required|\
    should|must|allow|allows|enable|disable|show|hide|hidden|use|without|hat|tiene|temtelefone|是否|\
    有无|有無|可否|能否|允许";

/// People and accounts, and other nouns that numbers belong to. After the number of something else
/// they say that the column holds no such number.
pub(super) const OWNERS: &str = "user|users|member|members|customer|customers|cust|client|clients|\
    cliente|clientes|kunde|kunden|buyer|buyers|seller|receiver|receivers|recipient|recipients|\
    consignee|sender|senders|contact|contacts|linkman|person|people|owner|holder|account|accounts|\
    acct|login|loginname|logonid|username|uname|friend|friends|parent|father|mother|guardian|spouse|\
    student|teacher|employee|staff|patient|doctor|guest|agent|driver|passenger|creator|author|by|\
    operator id|titular|empleado|proveedor|contacto|contato|usuario|utilisateur|benutzer|konto|\
    клиент|клиента|пользователь|контакт|владелец|会员卡|会员卡号|会员号|账号|帐号|賬號|帳號|账户|帐户|用户|用戶|用户名|会员|會員|客户|\
    客戶|联系人|聯絡人|紧急联系人|收货人|收件人|寄件人|发件人|买家|卖家|下单人|购买人|持卡人|持有人|本人|家长|学生|员工|患者|病人|司机|乘客|微信|微信号|微信号码|\
    wechat|weixin|wx|wxid|weibo|alipay|支付宝|会員|顧客|お客様|担当者|회원|고객|담당자";

/// Words for a number. They keep what is before them.
pub(super) const NUMBERS: &str = "number|numbers|num|nums|no|nr|nro|nos|sn|n|nummer|nummern|numero|\
    numeros|numer|broj|cislo|szam|numarasi|numara|nomor|nombor|so|номер|номера|№|号|號|号码|號碼|编号|編號|番号|\
    번호|码|ナンバー|رقم|شماره|מספר|หมายเลข|เลขที่";

/// Words for the number of a record. After a word for phones they say that a column holds none:
/// `phone_id`.
pub(super) const RECORD_NUMBERS: &str = "id|ids|uid|uids|guid|uuid|code|codes|pk|fk|oid|key id|ref|\
    reference|codigo|代码|代號|コード|코드";

/// Words that say nothing and keep what is before them.
pub(super) const FILLERS: &str = "daytime|evening|night|day|days|the|a|an|my|your|his|her|our|\
    primary|secondary|main|default|first|second|third|other|others|alt|alternate|alternative|\
    additional|emergency|urgent|home|work|office|business|company|corp|personal|private|privat|\
    public|fixed|current|old|new|original|origin|orig|raw|clean|cleaned|normalized|normalised|\
    formatted|full|final|real|latest|previous|prev|value|values|val|vals|content|contents|data|info|\
    infos|information|detail|details|text|string|str|long|int|integer|decimal|double|float|keyword|\
    element|elements|item|items|list|array|bag|entry|entries|map|object|obj|node|record|records|\
    result set|field|fields|column|col|attr|attribute|attributes|property|properties|source|hits|\
    doc|docs|document|row|rows|set|t|b|f|x|y|z|s|m|ms|sec|secs|seconds|millis|start|started|end|\
    ended|begin|last|create|creation|update|modify|insert|delete|add|added|reg|register|registered|\
    registration|signup|sign|finish|finished|complete|completed|paid|pay|send|sent|receive|received|\
    deliver|delivery|visit|visited|import|export|zone|local|link|bind|tmp|temp|bak|backup|copy|casa|\
    trabajo|trabalho|oficina|particular|contacto telefonico|residencial|comercial|principal|\
    secundario|fixo|fijo|privee|bureau|domicile|fixe|privé|privat|geschaeftlich|dienstlich|haus|\
    ufficio|рабочий|домашний|мобильныи|личный|основной|дополнительный|domowy|ev|is yeri|rumah|\
    kantor|必填|选填|可选|可空|备用|备选|主要|其他|其它|常用|紧急|家庭|单位|公司|办公|个人|创建|更新|修改|注册|登录|最后|最近|开始|结束|下单|支付|发货|收货|\
    数据|信息|资料|值|上|下|秒|毫秒|用|的|自宅|会社|勤務先|個人|本人確認|집|회사|자택";

/// Prepositions, after which a noun belongs to the one before.
pub(super) const OF: &str = "of|de|del|della|dello|dei|di|do|da|dos|das|du|des|der|van|von|für|fur|\
    for";
