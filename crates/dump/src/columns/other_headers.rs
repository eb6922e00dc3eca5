//! Known headers of columns that hold no identifiers, although their values may look like some.

/// Headers of numbers that look like identifiers but are not: their columns are never detected by
/// values.
const OTHER_HEADERS: [&str; 40] = [
    "id",
    "uid",
    "user id",
    "userid",
    "qq",
    "qq号",
    "wechat",
    "微信",
    "微信号",
    "order",
    "order id",
    "order no",
    "orderid",
    "订单号",
    "订单编号",
    "单号",
    "运单号",
    "快递单号",
    "银行卡",
    "银行卡号",
    "卡号",
    "账号",
    "card",
    "card no",
    "bank card",
    "account",
    "imei",
    "imsi",
    "iccid",
    "timestamp",
    "time",
    "date",
    "时间",
    "日期",
    "统一社会信用代码",
    "信用代码",
    "uscc",
    "credit code",
    "营业执照",
    "税号",
];

/// Whether a header says that its column holds something other than identifiers.
pub(crate) fn is_other_header(header: &str) -> bool {
    let spaced = header.trim().to_lowercase().replace(['_', '-', '.'], " ");
    OTHER_HEADERS.contains(&spaced.as_str())
}
