//! What the platform's own program writes between messages.

use base::account_name;

/// What it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// Somebody took a message back.
    Recalled,
    /// Where the buyer comes from.
    Came,
    /// The talk went to an account.
    HandedOn {
        /// Who handed it on.
        from: String,
        /// To whom.
        to: String,
    },
    /// Anything else.
    Other,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System(pub Happened);

/// Words that stand alone and say only how far a message came.
const NOISE: [&str; 6] = ["已读", "未读", "发送中", "发送中...", "发送失败", "重新发送"];

/// Names under which programs and the platform write.
const PROGRAMS: [&str; 4] = ["服务助手", "智能客服", "店小蜜", "机器人"];
const PLATFORM: [&str; 4] = ["系统消息", "系统提示", "系统", "千牛系统消息"];

/// Whether a line is only noise.
pub(super) fn noise(line: &str) -> bool {
    NOISE.contains(&line.trim())
}

/// What a line tells, where it is the platform's.
pub(super) fn told(line: &str) -> Option<System> {
    let line = line.trim();
    let happened = if line.ends_with("撤回了一条消息") {
        Happened::Recalled
    } else if line.starts_with("当前用户来自") {
        Happened::Came
    } else if let Some((from, to)) = handed_on(line) {
        Happened::HandedOn {
            from: from.to_owned(),
            to: account_name(to),
        }
    } else if line.starts_with("原因：") || line.starts_with("原因:") {
        Happened::Other
    } else {
        return None;
    };
    Some(System(happened))
}

/// `由 服务助手 转交给 店:小美`.
fn handed_on(line: &str) -> Option<(&str, &str)> {
    let (from, to) = line.strip_prefix('由')?.split_once("转交给")?;
    let (from, to) = (from.trim(), to.trim());
    (!from.is_empty() && !to.is_empty()).then_some((from, to))
}

/// Whether a program writes under this name.
pub(super) fn is_program(name: &str) -> bool {
    PROGRAMS.contains(&name.trim())
}

/// Whether the platform itself does.
pub(super) fn is_platform(name: &str) -> bool {
    PLATFORM.contains(&name.trim())
}

/// Whether a text says of itself that a program wrote it.
pub(super) fn is_automatic(text: &str) -> bool {
    ["[自动回复]", "【自动回复】", "（自动回复）", "(自动回复)"]
        .iter()
        .any(|mark| text.trim_start().starts_with(mark))
}
