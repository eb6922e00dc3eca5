//! What names say, in many languages: each header with what it means.

use super::*;

/// Headers and what they say: a kind, `!` and what else, or nothing.
const HEADERS: &[(&str, &str)] = &[
    (
        "phone",
        "phone|PHONE|Phone Number|phone_number|phoneNumber|PhoneNo|phone.no|phone-no|phone1|phone_2|Phone 3|tel|Tel.|TEL|tel1|\
         telephone|Telephone Number|mobile|Mobile No.|Mobile Number|mobile_no|mobileNo|MOBILE_PHONE|mobilephone|cell|Cell Phone|\
         CellPhone|cellphone_number|home phone|Home Phone|HomePhone|home_tel|tel_home|work_phone|Business Phone|business phone 2|\
         Other Phone|Primary Phone|Car Phone|company_tel|contact_phone|contactPhone|contact_mobile|user_mobile|userMobile|\
         usermobile|user_phone|userphone|receiver_mobile|receiverMobile|receiver_phone|receiverTel|recipient_phone_number|\
         order_phone|order_mobile|order_contact_tel|customer_phone|customerMobile|buyer_tel|sender_phone|consignee_tel|linkphone|\
         link_tel|linkman_mobile|d_tel|emergency_phone|emergencyContactPhone|parent_mobile|guardianPhone|Phone 1 - Value|\
         Phone 2 - Value|phones|mobiles|phone_list|mobile_raw|phone_clean|raw_phone|old_mobile|new_phone|bind_mobile|login_mobile|\
         card_phone|bank_phone|phone_value|Phone (Home)|phone[0]|phone[]|PhoneNumbers|primaryPhone|alt_phone|Alternate Mobile|\
         mob|Mob No|mobno|MobileNum|telno|TelNo|tel_number|tel_nr|Ph No|phno|MSISDN|msisdn|whatsapp|WhatsApp Number|whatsapp_no|\
         device_phone|date_phone|phone/mobile|Tel/Fax|Phone or Mobile|Contact Number|contact_number|contact number 1|caller number|\
         called_number|verified_phone|What is your phone number?|Your mobile number",
    ),
    (
        "phone",
        "手机|手机号|手机号码|手机1|手机号2|手机号码（必填）|手机号码(必填)|【手机】|联系手机|联系电话|联系电话1|联系人电话|联系人手机号码|紧急联系人电话|\
         收货人手机|收货人手机号|收件人电话|寄件人手机|客户电话1|客户手机|客户联系方式|用户手机号|会员手机|买家手机|订单手机|订单联系电话|\
         银行预留手机号|银行卡预留手机号|电话|电话号码|电话（手机）|固定电话|家庭电话|单位电话|办公电话|公司座机|座机号码|联系方式|联系人（电话）|\
         父亲电话|家长手机号|备用手机|注册手机号|登录手机号|绑定手机|快递员电话|本人手机号码|手机/电话|电话/手机|手机 号码|请填写您的手机号码|\
         主叫号码|被叫号码|手機|手機號碼|行動電話|聯絡電話|連絡電話|收件人手機|sjh|SJHM|lxdh|LXRDH|user_sjh|shouji|lxrsj",
    ),
    (
        "phone",
        "電話番号|電話|携帯|携帯番号|携帯電話番号|連絡先電話番号|自宅電話|会社電話番号|お電話番号|TEL番号|전화번호|전화 번호|휴대폰|휴대폰번호|\
         휴대폰 번호|핸드폰|연락처|회원 전화번호|집전화번호|телефон|Телефон|телефон 1|номер телефона|Номер_телефона|мобильный телефон|\
         Моб. тел.|контактный телефон|телефон клиента|мобильный|рабочий телефон|номер телефону|телефони клієнта|teléfono|telefono|\
         Teléfono móvil|telefono_casa|Nº de teléfono|N° telefono|numero de telefono|número de teléfono celular|telefono cliente|\
         telefono_contacto|telefonoContacto|telefono de la orden|celular|Celular 1|móvil|movil|tlf|telefone|Telefone celular|\
         telefone do cliente|telefone_residencial|Nº de telefone|telemóvel|fone|fone comercial|téléphone|Téléphone portable|\
         numéro de téléphone|tel_portable|Tél. domicile|portable|Telefon|Telefonnummer|Telefon privat|Telefon (geschäftlich)|Tel.-Nr.|\
         Handy|Handynummer|Handy privat|Mobilnummer|Rufnummer|Kundentelefon|Festnetz|telefoon|Telefoonnummer|mobiel|\
         Mobiel nummer|numero di telefono|cellulare|Telefono cellulare|numer telefonu|Telefon komórkowy|nr telefonu|telefonszám|\
         telefonní číslo|Mobilní telefon|număr de telefon|Nr. telefon|broj telefona|τηλέφωνο|κινητό|cep telefonu|Cep Tel|\
         telefon numarası|puhelinnumero|matkapuhelin|mobiltelefon|tlfnr|رقم الهاتف|الهاتف|الجوال|رقم الجوال|טלפון|מספר טלפון|נייד|\
         เบอร์โทรศัพท์|เบอร์โทร|โทรศัพท์มือถือ|Số điện thoại|so dien thoai|SĐT|sdt|Điện thoại di động|no_hp|No HP|Nomor HP|no_telp|Telepon|\
         मोबाइल नंबर|फ़ोन|شماره تلفن",
    ),
    (
        "cn.ric",
        "身份证|身份证号|身份证号码|身份证号码(18位)|客户身份证号|持卡人身份证|收件人身份证号码|身份证编号|证件号码|用户证件号|公民身份号码|居民身份证号码|\
         编号（身份证）|身份证号/护照号|idCardNo|id_card|ID Card|idcard|idcardno|IDCardNumber|user_idcard|useridcard|userIdCard|idcard1|\
         cert_no|certNo|id_card_num|identity_card|identityCardNo|sfzh|SFZHM|user_sfzh|userSfzh|gmsfhm|zjhm|xm_sfzh",
    ),
    ("us.ssn", "SSN|ssn|customer_ssn|SSN Number|employee_ssn|Social Security Number|user.ssn"),
    ("br.cpf", "CPF|cpf|CPF do cliente|cpf_cliente|nr_cpf|CPF do titular|numero do cpf"),
    ("kr.rrn", "주민등록번호|고객 주민번호"),
    ("pl.pesel", "PESEL|nr_pesel|pesel klienta"),
    ("in.aadhaar", "Aadhaar Number|aadhar_no|customer aadhaar"),
    ("ru.inn", "ИНН|inn|ИНН клиента"),
    ("my.nric", "No KP|no_ic|MyKad"),
    ("it.codicefiscale", "Codice Fiscale|codice_fiscale_cliente"),
    ("tw.id", "身分證字號|客戶身分證字號"),
    ("th.pin", "เลขประจำตัวประชาชน|เลขบัตรประชาชน"),
    (
        "!an order number",
        "order|order_id|orderId|OrderNo|order no.|orderno|ORDER_SN|orders|phone_order_id|mobile_order_no|Order Number|\
         parent_order_id|订单|订单号|订单编号|单号|手机订单号|订单号（系统）|订单号码|Bestellnummer|pedido|numero de orden|\
         номер заказа|주문번호|注文番号",
    ),
    ("!a transaction number", "transaction_id|TransactionID|txn_id|trade_no|out_trade_no|流水号|交易号|交易流水号|lsh"),
    ("!a tracking number", "tracking_no|waybill|快递单号|运单号|物流单号|express_no|Tracking Number"),
    (
        "!a card number",
        "card_no|cardNo|CARD NUMBER|bank_card|bankcard|bankCardNo|Credit Card Number|银行卡|银行卡号|卡号|信用卡号|\
         phone_card|客户银行卡号|tarjeta|カード番号|номер карты|手机卡号",
    ),
    ("!a bank account", "iban|IBAN|bank_account|bank_account_no|银行账号|口座番号|계좌번호"),
    ("!an IMEI", "imei|IMEI1|phone_imei|手机串号|device_imei"),
    ("!a SIM card", "imsi|ICCID|iccid_no|sim_id"),
    ("!a device", "device_id|deviceId|android_id|mobile_device_id|Serial Number|序列号|设备号|mac|手机序列号"),
    ("!an IP address", "ip|IP|client_ip|login_ip|ip_addr|ipv4"),
    (
        "!a time",
        "time|create_time|createTime|createtime|created_at|updatedAt|timestamp|ts|mobile_time|phone_verified_at|\
         phoneVerifiedAt|last_login_time|时间|创建时间|手机登录时间|通话时长|身份证有效期|电话回访时间|expire_time|timestamp_ms|\
         время|hora|gmt_create",
    ),
    (
        "!a date",
        "date|Date of Birth|birth_date|dob|birthday|fecha|fecha de nacimiento|Geburtsdatum|日期|出生日期|身份证出生日期|생년월일|\
         дата рождения|data de nascimento|phone_date|order_date|registration date",
    ),
    ("!an amount", "amount|total_amount|price|order_price|余额|订单金额|电话费|金额|сумма|importe|balance"),
    (
        "!a postcode",
        "zip|zip_code|ZipCode|postcode|Postal Code|postal_code|receiver_zip|邮编|PLZ|CEP|郵便番号|pin code",
    ),
    ("!a QQ number", "qq|QQ|QQ号|qq号码|QQ号码|user_qq|手机QQ"),
    ("!a company's number", "统一社会信用代码|营业执照号|USCC|税号|VAT Number|CNPJ"),
    ("!a coordinate", "lat|lng|latitude|经度|纬度|Longitude"),
    ("!a password", "password|user_password|密码|手机登录密码|pwd"),
    ("!a product", "sku|SKU|barcode|商品编号"),
    ("!a passport", "passport|passport_no|护照号|Passport Number"),
    (
        "",
        "id|ID|_id|uid|user_id|userId|account|账号|帐号|用户名|username|user_name|login|no|No.|number|num|编号|value|name|key|data|\
         phone_model|phoneModel|phone_type|phoneType|phonetype|Phone 1 - Type|Phone 1 - Label|手机型号|手机品牌|mobile_os|mobileOS|\
         is_mobile|isMobile|has_phone|is_phone_verified|show_mobile|phone_verified|mobile_verify_status|tel_count|phone_brand|\
         phone_name|mobile_carrier|phone_operator|phone_country_code|phone_area_code|area_code|phone_ext|phone_id|phoneId|mobile_id|\
         phone_md5|mobile_encrypt|phone_last4|ssn_last4|phone_status|tipo de telefono|tipo_telefono|modelo telefono|модель телефона|тип телефона|phone_email|id_type|\
         idType|cert_type|card_type|idcard_front|idcard_img_url|id_card_photo|身份证地址|身份证照片|身份证正面|身份证姓名|身份证类型|\
         证件类型|身份证签发机关|身份证后四位|手机归属地|手机号归属地|手机运营商|手机验证码|手机状态|手机尾号|电话区号|电话备注|手机邮箱|手机绑定状态|\
         是否绑定手机|联系方式类型|联系人|收货人|订单备注|订单联系人|订单状态|会员卡号|微信|微信号|wechat|openid|email|E-mail|E-mail 1 - Value|\
         邮箱|address|地址|name|姓名|备注|remark|notes|city|status|type|sex|gender|title|company|hotel|intel|parcel_name|cancel|\
         holiday inn|excel cell reference|iphone|order_user|order_contact|订单用户|time_zone_name|card_holder|cardholder|\
         order_status|order/phone id|telegram|facebook|x|a|1|0|,|--|電話種別|携帯メール|機種|전화 종류|이름|имя|nombre|nom|endereco|\
         value.keyword|list.element|$numberLong|$oid|columns|payload|foo|lorem ipsum|\
         电话联系不上|他的手机没有打通所以第二天再去|Called his phone twice, no answer until the next morning came",
    ),
];

fn named(label: Option<Label>) -> String {
    match label {
        None => String::new(),
        Some(Label::Kind(kind)) => kind.name.clone(),
        Some(Label::Other(why)) => format!("!{why}"),
    }
}

#[test]
fn headers_say_what_people_mean() {
    let all =
        || HEADERS.iter().flat_map(|&(expected, headers)| headers.split('|').map(move |header| (header, expected)));
    let wrong: Vec<_> = all()
        .map(|(header, expected)| (header, named(of_header(header)), expected))
        .filter(|(_, said, expected)| said != expected)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), all().count());
    assert!(all().count() > 600);
}

#[test]
fn the_nearest_label_of_a_path_counts() {
    for (path, expected) in [
        ("phones.list.element.number", "phone"),
        ("phones.bag.array_element", "phone"),
        ("contact.mobile", "phone"),
        ("mobile.keyword", "phone"),
        ("mobile.keyword.raw", "phone"),
        ("fields.mobile.keyword", "phone"),
        ("mobile.$numberLong", "phone"),
        ("phone.0", "phone"),
        ("phones.[0].[1]", "phone"),
        ("phone.home", "phone"),
        ("phone.beach", "phone"),
        ("order.consignee.phone", "phone"),
        ("user.sfzh.raw", "cn.ric"),
        ("身份证.号码", "cn.ric"),
        ("order.id", "!an order number"),
        ("orders.list.element.no", "!an order number"),
        ("created.$date.$numberLong", "!a date"),
        ("order.phone.create_time", "!a time"),
        ("phone.type", ""),
        ("phone.verified", ""),
        ("mobile.os.name", ""),
        ("phone.owner.nick", ""),
        ("phone.some.thing", ""),
        ("order.user.value", ""),
        ("order.something", ""),
        ("phone.id", ""),
        ("id", ""),
        ("users.value", ""),
        ("", ""),
    ] {
        let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
        assert_eq!(named(of_path(&keys)), expected, "{path}");
    }
    assert_eq!(named(of_header("phones.list.element.number")), "phone");
    assert_eq!(named(of_header("phone.owner.nick")), "");
    assert_eq!(named(of_header("Моб.тел")), "phone");
    let dotted = ["fields".to_owned(), "mobile.keyword".to_owned()];
    assert_eq!(named(of_path(&dotted)), "phone");
}

#[test]
fn a_name_of_any_length_is_read() {
    for text in
        ["phone".repeat(10_000), "手机".repeat(10_000), "p ".repeat(10_000), "((((".repeat(100), "idid".repeat(60)]
    {
        let _ = of_header(&text);
    }
    assert_eq!(of_header(&format!("{}phone", "x".repeat(300))), None);
}
