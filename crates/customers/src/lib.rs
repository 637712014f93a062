//! Who the buyers are: names, levels, what they are recognised by, what is kept secret of them, and who is
//! blocked. It knows no conversation: whoever joins two customers moves what belongs to them.

mod block;
mod bulk;
mod check;
mod contact;
mod customer;
pub mod http;
mod identity;
mod member;
mod merge;
mod prove;
mod purchase;
mod summary;

pub use block::{Block, NewBlock, block, blocked, blocks, unblock};
pub use bulk::{add_purchases, forget_made, known_nicks, made_by, merged_of, of_nicks};
pub use contact::{NewContact, SecretField, is_masked, keep_contact, mask_address, reveal};
pub use customer::{
    BlockedView, Customer, CustomerChange, CustomerFilter, CustomerView, customer, customers, edit_customer,
    survivor,
};
pub use identity::{Identity, IdentityKind, by_identity, of_buyer, visitor};
pub use member::{MemberDone, NewMember, give_back_members, import_member, weigh_member};
pub use prove::{Proved, prove};
pub use purchase::record_purchase;
pub use summary::{Summary, summaries, summary};

/// The tables of the customers.
pub const SCHEMA: store::Schema = store::Schema {
    room: "customers",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_import", include_str!("../schema/0002_import.sql")),
        ("0003_members", include_str!("../schema/0003_members.sql")),
        ("0004_narrow", include_str!("../schema/0004_narrow.sql")),
    ],
};
