//! Who the buyers are: names, levels, what they are recognised by, what is kept secret of them, and who is
//! blocked. It knows no conversation: whoever joins two customers moves what belongs to them.

mod block;
mod bulk;
mod check;
mod consent;
mod contact;
mod customer;
mod entry;
mod erase;
mod erased;
mod figures;
mod held;
mod held_sheet;
pub mod http;
mod identity;
mod jobs;
mod join;
mod level;
mod member;
mod merge;
mod plan;
mod prove;
mod purchase;
mod referral;
mod roster;
mod rule;
mod segment;
mod summary;
mod tag;
mod told;

pub use block::{Block, NewBlock, block, blocked, blocks, unblock};
pub use bulk::{add_purchases, forget_made, known_nicks, made_by, merged_between, merged_of, of_nicks};
pub use consent::{
    Consent, ConsentChannel, ConsentSource, ConsentState, ConsentView, NewConsent, consents, may_contact,
    set_consent,
};
pub use contact::{NewContact, SecretField, is_masked, keep_contact, mask_address, reveal};
pub use customer::{
    BlockedView, Customer, CustomerChange, CustomerFilter, CustomerView, customer, customers, edit_customer,
    survivor,
};
pub use entry::{Entry, EntryKind, EntryView, NewEntry, add_entry, entries, remove_entry};
pub use erase::{
    Erasure, ErasureState, begin_erasure, erasable, erasure, erasures, ids_of, may_erase, note_erasure,
    of_customer as erasure_of,
};
pub use erased::{customer_erased_at, erased_at, erased_nicks};
pub use figures::{Figures, LastProblem, keep_figures};
pub use held::{held, may_hand_over};
pub use held_sheet::write_held;
pub use identity::{Identity, IdentityKind, by_identity, known_visitor, of_buyer, visitor, vouch_visitor};
pub use jobs::{JOBS, run_job};
pub use join::{
    Join, JoinConflict, JoinPreview, NewJoin, Parted, Side, join_customers, join_preview, joins,
    part_customers,
};
pub use level::{Leveled, MemberLevel, NewLevels, leveled, levels, set_levels};
pub use member::{MemberDone, NewMember, give_back_members, import_member, weigh_member};
pub use plan::{
    NewPlan, Plan, PlanDeed, PlanDone, PlanFilter, add_plan, do_plan, edit_plan, end_plan, plans, undo_plan,
};
pub use prove::{Proved, prove};
pub use purchase::{record_purchase, set_sums};
pub use referral::{NewReferral, Referral, set_referral};
pub use roster::{RosterForm, export_segment};
pub use rule::{Region, SegmentRule, Span};
pub use segment::{
    Member, NewSegment, RegionCount, Segment, SegmentCount, add_segment, count_segment, edit_segment,
    members, regions, remove_segment, segment, segments,
};
pub use summary::{Summary, summaries, summary};
pub use tag::{
    NewTag, Tag, TagColor, TagCount, add_tag, edit_tag, remove_tag, tag_customer, tags, untag_customer,
};

/// The tables of the customers.
pub const SCHEMA: store::Schema = store::Schema {
    room: "customers",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_import", include_str!("../schema/0002_import.sql")),
        ("0003_members", include_str!("../schema/0003_members.sql")),
        ("0004_narrow", include_str!("../schema/0004_narrow.sql")),
        ("0004_tags", include_str!("../schema/0004_tags.sql")),
        ("0005_segments", include_str!("../schema/0005_segments.sql")),
        ("0006_levels", include_str!("../schema/0006_levels.sql")),
        ("0007_joins", include_str!("../schema/0007_joins.sql")),
        ("0008_care", include_str!("../schema/0008_care.sql")),
        ("0009_erased", include_str!("../schema/0009_erased.sql")),
        ("0010_merged", include_str!("../schema/0010_merged.sql")),
        ("0011_also", include_str!("../schema/0011_also.sql")),
        ("0012_bought", include_str!("../schema/0012_bought.sql")),
        ("0013_told_rows", include_str!("../schema/0013_told_rows.sql")),
    ],
};
