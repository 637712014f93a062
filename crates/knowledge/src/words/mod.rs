//! The words of the shop: scripts with their quick replies, questions with their answers, policies, and what is
//! suggested of them. It may name `things`; `things` names nothing of it.

pub(crate) mod alone;
pub(crate) mod bargain;
pub(crate) mod defaults;
pub(crate) mod expiring;
pub(crate) mod faq;
pub(crate) mod faq_keep;
pub(crate) mod faq_list;
pub(crate) mod fill;
pub(crate) mod fill_live;
pub(crate) mod heard;
pub(crate) mod input;
pub(crate) mod kinds;
pub(crate) mod learning;
pub(crate) mod mask;
pub(crate) mod missed;
pub(crate) mod pairs;
pub(crate) mod pick;
pub(crate) mod policy;
pub(crate) mod policy_keep;
pub(crate) mod proposal;
pub(crate) mod quick_reply;
pub(crate) mod script;
pub(crate) mod script_find;
pub(crate) mod script_keep;
pub(crate) mod settings;
pub(crate) mod shelf;
pub(crate) mod shelf_load;
pub(crate) mod shipped;
pub(crate) mod stale;
pub(crate) mod suggest;
pub(crate) mod sure;
pub(crate) mod told;
pub(crate) mod variable;
pub(crate) mod version;
