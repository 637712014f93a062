//! Who works here: organisations, shops and their papers, people, roles, sign-in, tokens, presence,
//! groups, rosters, settings and the audit trail. It knows nothing of talks: how busy somebody is,
//! `reception` knows.

mod access;
mod account;
mod audit;
mod changes;
mod group;
pub mod http;
mod lease;
mod me;
mod org;
mod paper;
mod paper_clock;
mod password;
mod person;
mod presence;
mod ready;
mod role;
mod roster;
mod setting;
mod settings;
mod shift;
mod shop;
mod sign_in;
mod staffing;
mod talk;
mod throttle;
mod token;
mod totp;
mod wire;

pub use access::{disable_person, enable_person, reset_password};
pub use account::{
    AccountPeople, NewShopAccount, ShopAccount, ShopAccountChange, account_people, add_shop_account,
    change_shop_account, remove_shop_account, shop_accounts,
};
pub use audit::{AuditFilter, AuditRow, audit};
pub use group::{
    Group, GroupChange, NewGroup, add_group, change_group, group, group_for, groups, groups_of_org,
    remove_group,
};
pub use lease::{drop_lease, expire_leases, lease};
pub use me::{SelfChange, change_password, change_self, own_password, wrong_password};
pub use org::{Org, first_org, found_org, org, orgs};
pub use paper::{
    JOBS, NewPaper, PAPER_KINDS, Paper, PaperChange, PaperState, add_paper, change_paper, names_file, papers,
    remove_paper,
};
pub use paper_clock::run_job;
pub use password::{PasswordHash, Proof, check_password};
pub use person::{Person, actor_of, names, people, person, person_by_login, roles_of};
pub use presence::{
    Chosen, PersonPresence, Presence, Span, is_there, presence_of, presence_spans, presences, set_presence,
};
pub use ready::{Ready, ready};
pub use role::{NewRole, Role, RoleChange, add_role, change_role, remove_role, role_by_key, roles};
pub use roster::{
    Cell, OnShift, Roster, RosterCell, RosterRow, Rotate, on_shift, roster, rotate, set_roster,
};
pub use setting::{
    Setting, SettingKind, SettingView, reset_setting, set_setting, setting, settings_at, settings_of,
    settings_version, settings_view,
};
pub use settings::{CALENDAR, SETTINGS, calendar, calendars};
pub use shift::{NewShift, Shift, ShiftChange, add_shift, change_shift, remove_shift, shifts};
pub use shop::{
    NewShop, PLATFORMS, Shop, ShopChange, add_shop, change_shop, identity_secret, new_identity_secret, shop,
    shop_by_key, shops,
};
pub use sign_in::{
    Candidate, Credentials, Device, Entry, Fresh, SignIn, actor_by_cookie, clean_sign_ins, devices,
    end_sign_in, sign_in_finish, sign_in_start, touch_sign_in,
};
pub use staffing::{NewPerson, PersonChange, add_person, change_person};
pub use talk::{SeenTalk, Talks, check_talk};
pub use token::{NewToken, Token, TokenInfo, actor_by_token, add_token, remove_token, tokens, touch_token};
pub use totp::{RECOVERY_CODES, TotpSetup, begin_totp, confirm_totp, end_totp};

/// The tables of this room.
pub const SCHEMA: store::Schema = store::Schema {
    room: "team",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_desk_rights", include_str!("../schema/0002_desk_rights.sql")),
        ("0003_accounts", include_str!("../schema/0003_accounts.sql")),
        ("0004_check_right", include_str!("../schema/0004_check_right.sql")),
    ],
};
