//! The right words and the right answer: scripts, FAQ, product facts, policies, relations, notices, quizzes
//! and the reply check. It knows no conversation: whoever talks says which words were used.

mod alternative;
mod attempt;
mod bargain;
mod batch;
mod bounds;
mod brief;
mod campaign;
mod campaign_list;
mod carry;
mod certificate;
pub mod check;
mod checklist;
mod circle;
mod defaults;
mod expiring;
mod fact;
mod facts_import;
mod facts_sheet;
mod faq;
mod faq_keep;
mod faq_list;
mod fill;
mod fill_live;
mod guide;
mod heard;
mod holding;
pub mod http;
mod input;
mod kinds;
mod listing;
mod listing_look;
mod listing_task;
mod listing_work;
mod main_push;
mod mask;
mod missed;
mod next_step;
mod noted;
mod notice;
mod offer;
mod pick;
mod place;
mod policy;
mod policy_keep;
mod preorder;
mod proposal;
mod question;
mod question_make;
mod quick_reply;
mod ranking;
mod reach;
mod receipt;
mod recommendation;
mod relation;
mod relation_check;
mod review_reward;
mod script;
mod script_find;
mod script_keep;
mod settings;
mod shelf;
mod shelf_load;
mod shipped;
mod shuffle;
mod size;
mod size_text;
mod stale;
mod suggest;
mod things_settings;
mod told;
mod variable;
mod version;
mod warranty;

pub use alternative::{Alternative, alternatives};
pub use attempt::{
    AskedQuestion, AttemptFilter, QuizAnswers, QuizAsk, QuizAttempt, QuizAttemptRow, QuizStanding,
    finish_quiz, quiz_attempt, quiz_attempts, quiz_standings, start_quiz,
};
pub use batch::{
    BatchFilter, NewProductBatch, ProductBatch, ProductBatchChange, add_batch, batches, batches_of,
    change_batch, remove_batch,
};
pub use brief::{ProductBrief, SkuStock, StockState, product_brief};
pub use campaign::{Campaign, CampaignChange, NewCampaign, add_campaign, change_campaign, end_campaign};
pub use campaign_list::{CampaignFilter, campaigns, running};
pub use carry::{
    Exported, Format, Parsed, WordsError, WordsReport, export_words, import_words, parse_words, write_words,
};
pub use certificate::{
    Certificate, CertificateChange, CertificateFilter, CertificateKind, NewCertificate, add_certificate,
    certificates, certificates_of, change_certificate, remove_certificate,
};
pub use checklist::{ListingItem, ListingItemKind, ListingItemState, TwoWords, listing_items};
pub use defaults::{Defaults, Loaded, load_defaults};
pub use expiring::{Expiring, expiring};
pub use fact::{ProductFacts, ProductFactsChange, TestValue, change_facts, facts};
pub use facts_import::{
    FactsImport, FactsLine, FactsReport, RowAction, RowPreview, SheetForm, export_facts, import_facts,
    write_facts_file,
};
pub use facts_sheet::{FactsFile, ImportError, MOST_ROWS, read_facts_file};
pub use faq::{Faq, NewFaq, Proposal, Similar, faq};
pub use faq_keep::{add_faq, change_faq, faq_versions, remove_faq, restore_faq, set_faq_status};
pub use faq_list::{CategoryCount, FaqFilter, FaqSort, faq_categories, faqs, unused_faqs};
pub use fill::{Render, Rendered, render_words};
pub use guide::{Guide, NewGuide, drop_guide, guides, keep_guide};
pub use heard::{
    Asked, Heard, accept_heard, dismiss_heard, forget_customer, heard, join_customers, keep_heard, used_faq,
};
pub use holding::{Holding, Period};
pub use kinds::{Bargain, FaqStatus, Language, Scope, Status, WordKind, WordStage};
pub use listing::{
    Listing, ListingLookAsk, ListingLookSum, ListingState, NewListingMark, check_listing, check_listings,
    listing, mark_listing,
};
pub use listing_task::{
    ListingTask, ListingTaskFilter, ListingTaskSource, ListingTaskState, NewListingTask, listing_tasks,
    open_listing_tasks, raise_listing,
};
pub use listing_work::{ListingTaskDone, finish_listing_task, reopen_listing_task};
pub use main_push::{
    MainPush, MainPushChange, MainPushFilter, NewMainPush, add_main_push, change_main_push, main_pushes,
    remove_main_push,
};
pub use missed::{Nearest, Place, Unanswered, dismiss_unanswered, keep_missed, unanswered};
pub use next_step::{
    AddOn, CampaignNext, CampaignOffer, CampaignWords, Cart, CartItem, campaign_words, offers,
};
pub use notice::{
    NewNotice, Notice, NoticeBody, NoticeFilter, NoticeKind, NoticeState, NoticeView, issue_notice, notices,
    read_notice, withdraw_notice,
};
pub use offer::{CampaignKind, CampaignStep};
pub use pick::picked;
pub use policy::{NewPolicy, Policy, PolicyFilter, policies, policy};
pub use policy_keep::{
    add_policy, change_policy, policy_versions, remove_policy, restore_policy, set_policy_status,
};
pub use preorder::{NewPreorder, Preorder, PreorderMark, end_preorder, preorders, set_preorder};
pub use proposal::{Propose, Publish, decline_faq, propose_faq, publish_faq};
pub use question::{
    NewQuizQuestion, QuestionFilter, QuestionSource, QuizQuestion, QuizQuestionChange, add_question,
    change_question, quiz_questions, remove_question,
};
pub use question_make::{MadeSum, MakeAsk, make_questions};
pub use quick_reply::{NewQuickReply, QuickReply, adopt_quick_reply, keep_quick_reply, quick_replies};
pub use ranking::AlternativeReason;
pub use receipt::{NoticeRead, NoticeReaders, NoticeUnread, notice_readers};
pub use recommendation::{
    NewRecommendation, Recommendation, RecommendationFilter, RecommendationKind, RecommendationSum, bought,
    recommendation_sums, recommendations, recommended,
};
pub use relation::{
    NewRelation, ProductRelation, RelatedProduct, RelationChange, RelationKind, add_relation,
    change_relation, relations, remove_relation,
};
pub use script::{NewScript, Script, script};
pub use script_find::{ScriptFilter, scripts};
pub use script_keep::{
    add_script, change_script, remove_script, restore_script, script_versions, set_script_status, used_script,
};
pub use settings::{SETTINGS, Tone, tone};
pub use shelf::{Asker, Shelf, Shelves, Words};
pub use shelf_load::{ChangedWords, all_words, changed_words};
pub use shipped::{Both, Mood, Sign, emoji};
pub use size::{SizeColumn, SizeRow, SizeTable};
pub use stale::{Filled, check_values};
pub use suggest::{
    Candidates, FaqHit, PolicyHit, Reason, ScriptHit, SuggestAsk, Suggestions, candidates, nearest, suggest,
};
pub use things_settings::THINGS_SETTINGS;
pub use variable::{Facts, Variable, check_filled, check_variables, render, variables_of};
pub use version::Version;
pub use warranty::{
    NewWarranty, RepairPrice, Warranty, WarrantyChange, add_warranty, change_warranty, remove_warranty,
    warranties,
};

/// The tables of this room.
pub const SCHEMA: store::Schema = store::Schema {
    room: "knowledge",
    steps: &[
        ("0001_words", include_str!("../schema/0001_words.sql")),
        ("0002_things", include_str!("../schema/0002_things.sql")),
    ],
};
