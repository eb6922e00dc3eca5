// Owns what people type around a number, and what is taken off before it is read: labels, and
// punctuation at the ends. A dump is read without this (docs/canonical.md): there, a label means
// that a column holds something else.

/** What may stand in front. */
const CHINESE = [
  ...[
    "我的",
    "联系",
    "聯絡",
    "移动",
    "移動",
    "行動",
    "手机",
    "手機",
    "电话",
    "電話",
    "座机",
    "市话",
    "市話",
    "固话",
    "公民",
    "居民",
  ],
  ...[
    "身份证",
    "身份證",
    "身分證",
    "证件",
    "證件",
    "统一",
    "統一",
    "号码",
    "號碼",
    "字號",
    "编号",
    "編號",
    "号",
    "號",
    "是",
    "为",
    "為",
  ],
];
const LATIN = "my|phone|mobile|cell|telephone|tel|mob|ph|whatsapp|id|card|number|no";
const LABEL = new RegExp(`^(?:${CHINESE.join("|")}|(?:${LATIN})(?![a-z]))[.．]?\\s*`, "iu");
/** What may stand between a label and the number. */
const SEPARATOR = /^[:：#＃=\s]+/u;
/** A plus, a bracket and an asterisk mean something; these do not. */
const BEFORE = /^[\s"'“”‘’「」『』<>《》,，、;；:：。．.!！~～-]+/u;
const AFTER = /[\s"'“”‘’「」『』<>《》,，、;；:：。．.!！?？~～-]+$/u;
/** A fixed line of China, with the extension of a switchboard behind a dash. */
const WITH_EXTENSION =
  /^((?:(?:\+|00)?86[\s-]*)?\(?0[0-9]{2,3}\)?[\s-]*[0-9]{3,4}[\s-]?[0-9]{4})\s*[-－–—]\s*[0-9]{1,6}$/u;
/** What a phone writes for numbers, and what people paste from links. */
const SCHEME = /^(?:tel|sms|callto):/iu;

/** The text without what is not part of the number. What cannot be taken off for sure, stays. */
export function cleaned(text: string, isPhone: boolean): string {
  const trimmed = text.trim().replace(BEFORE, "").replace(AFTER, "").replace(SCHEME, "");
  const bare = withoutLabels(trimmed);
  return isPhone ? bare.replace(WITH_EXTENSION, "$1") : bare;
}

function withoutLabels(text: string): string {
  const rest = text.replace(LABEL, "").replace(SEPARATOR, "");
  return rest === text || !/[0-9]/.test(rest.normalize("NFKC")) ? text : withoutLabels(rest);
}
