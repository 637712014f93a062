use serde_json::json;
use team::{Setting, SettingKind};

/// Messages one visitor may send in a minute.
pub(crate) const VISITOR_MESSAGES: Setting = Setting {
    key: "channels.visitor_messages",
    kind: SettingKind::Number {
        min: 1,
        max: 10_000,
        unit: "",
    },
    default: || json!(40),
    zh: ("每位访客每分钟消息数", "超过后请访客稍等再发"),
    en: (
        "Messages a minute per visitor",
        "Beyond it the visitor is asked to wait",
    ),
    source: "issue: limits per visitor",
    shop_level: true,
};

/// Sockets from one address at once.
pub(crate) const ADDRESS_SOCKETS: Setting = Setting {
    key: "channels.address_sockets",
    kind: SettingKind::Number {
        min: 1,
        max: 100_000,
        unit: "",
    },
    default: || json!(60),
    zh: ("每个地址的连接数", "同一网络地址同时打开的挂件连接上限"),
    en: (
        "Sockets per address",
        "How many widgets one network address may have open",
    ),
    source: "issue: limits per address",
    shop_level: true,
};

/// Messages from one address in a minute.
pub(crate) const ADDRESS_MESSAGES: Setting = Setting {
    key: "channels.address_messages",
    kind: SettingKind::Number {
        min: 1,
        max: 100_000,
        unit: "",
    },
    default: || json!(300),
    zh: ("每个地址每分钟消息数", "同一网络地址每分钟的消息上限"),
    en: (
        "Messages a minute per address",
        "How many messages one network address may send in a minute",
    ),
    source: "issue: limits per address",
    shop_level: true,
};

/// Files one visitor may send in an hour.
pub(crate) const VISITOR_FILES: Setting = Setting {
    key: "channels.visitor_files",
    kind: SettingKind::Number {
        min: 1,
        max: 1_000,
        unit: "",
    },
    default: || json!(30),
    zh: ("每位访客每小时文件数", "图片、语音与文件合计"),
    en: ("Files an hour per visitor", "Pictures, voice and files together"),
    source: "issue: limits per visitor",
    shop_level: true,
};

/// Files from one address in an hour.
pub(crate) const ADDRESS_FILES: Setting = Setting {
    key: "channels.address_files",
    kind: SettingKind::Number {
        min: 1,
        max: 100_000,
        unit: "",
    },
    default: || json!(120),
    zh: ("每个地址每小时文件数", "同一网络地址每小时的图片、语音与文件合计上限"),
    en: (
        "Files an hour per address",
        "Pictures, voice and files from one network address together",
    ),
    source: "issue: limits per address",
    shop_level: true,
};

/// All settings of the channels.
pub static SETTINGS: &[Setting] = &[
    VISITOR_MESSAGES,
    ADDRESS_SOCKETS,
    ADDRESS_MESSAGES,
    VISITOR_FILES,
    ADDRESS_FILES,
    MENU,
];

/// What a buyer may choose at the start.
pub(crate) const MENU: Setting = Setting {
    key: "channels.menu",
    kind: SettingKind::Json(check_menu),
    default: || json!([{"key": "pre", "title": "售前咨询"}, {"key": "in", "title": "订单与发货"}, {"key": "after", "title": "售后服务"}]),
    zh: ("咨询菜单", "买家开始咨询时可选的类别；留空则不显示菜单"),
    en: ("Menu", "What a buyer may choose at the start; empty: no menu"),
    source: "design: Reception",
    shop_level: true,
};

fn check_menu(value: &serde_json::Value) -> Result<(), String> {
    let entries = value.as_array().ok_or("a list of {key, title}")?;
    for entry in entries {
        let key = entry["key"].as_str().unwrap_or_default();
        let title = entry["title"].as_str().unwrap_or_default();
        if !["pre", "in", "after"].contains(&key) || title.is_empty() || title.chars().count() > 20 {
            return Err("key is pre, in or after; title has 1 to 20 characters".to_owned());
        }
    }
    Ok(())
}
