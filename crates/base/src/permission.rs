use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($name:ident = $key:tt, $zh:literal, $en:literal;)*) => {
        /// One right. Roles are sets of these; every verb names the one it needs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[repr(u8)]
        pub enum Permission { $(#[doc = $en] #[serde(rename = $key)] $name),* }

        impl Permission {
            /// All rights, in the order the roles page shows them.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),*];

            /// The name on the wire and in the database.
            pub fn key(self) -> &'static str { match self { $(Permission::$name => $key),* } }

            /// What it allows, in Chinese and English.
            pub fn title(self) -> (&'static str, &'static str) { match self { $(Permission::$name => ($zh, $en)),* } }
        }
    };
}

permissions! {
    Talk = "reception.talk", "接待买家", "Talk to buyers";
    SeeAllTalks = "reception.see_all", "查看他人的会话", "See conversations of others";
    Supervise = "reception.supervise", "接管、悄悄话与看板", "Take over, whisper and the wall";
    MoveTalks = "reception.move", "批量转移会话", "Move conversations in bulk";
    EditReplies = "reception.replies", "维护店铺快捷短语与自动消息", "Edit the shop's quick replies and automatic messages";
    SeeCustomers = "customers.see", "查看客户", "See customers";
    EditCustomers = "customers.edit", "修改客户资料", "Edit customers";
    Reveal = "customers.reveal", "查看完整电话与地址", "Reveal phones, addresses and real names";
    Block = "customers.block", "拉黑与解除", "Block and unblock buyers";
    EraseCustomers = "customers.erase", "清除买家的个人资料", "Erase a buyer's data";
    SeeOrders = "orders.see", "查看订单", "See orders";
    EditOrders = "orders.edit", "修改订单", "Edit orders";
    AuditOrders = "orders.audit", "审单", "Audit orders";
    ShipOrders = "orders.ship", "打单与发货", "Print, pack and ship orders";
    CheckOrders = "orders.check", "发货前复核", "Check what others packed before it leaves";
    EditDeskRules = "orders.rules", "维护审单、赠品与快递规则", "Edit the rules of audit, gifts and couriers";
    EditCatalogue = "catalogue.edit", "维护商品与库存", "Edit products and stock";
    EditKnowledge = "knowledge.edit", "维护话术、问答、商品资料与活动", "Edit scripts, FAQ, product facts and campaigns";
    IssueNotices = "knowledge.notices", "发布与撤回紧急通知", "Issue and withdraw urgent notices";
    People = "team.people", "管理人员", "Manage people";
    Roles = "team.roles", "管理角色", "Manage roles";
    ManageShops = "team.shops", "管理店铺与资质", "Manage shops and papers";
    Roster = "team.roster", "排班", "Edit the roster";
    Tokens = "team.tokens", "管理接口令牌", "Manage API tokens";
    EditSettings = "settings.edit", "修改设置", "Change settings";
    SeeAudit = "audit.see", "查看操作记录", "See the audit trail";
    Export = "export", "导出数据", "Export data";
    LiftLimits = "limits.lift", "解除访客限流", "Lift visitor limits";
}

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u64);

impl Permissions {
    /// No right at all.
    pub const NONE: Permissions = Permissions(0);

    /// Every right there is.
    pub fn all() -> Permissions {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether the set holds `right`.
    pub fn has(self, right: Permission) -> bool {
        self.0 & (1 << right as u8) != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Permissions) -> Permissions {
        Permissions(self.0 | other.0)
    }

    /// The set without `right`.
    #[must_use]
    pub fn without(self, right: Permission) -> Permissions {
        Permissions(self.0 & !(1 << right as u8))
    }

    /// Whether every right of `other` is in this set.
    pub fn covers(self, other: Permissions) -> bool {
        self.0 & other.0 == other.0
    }

    /// The rights in the set.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |right| self.has(*right))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(rights: I) -> Permissions {
        Permissions(rights.into_iter().fold(0, |set, right| set | 1 << right as u8))
    }
}
