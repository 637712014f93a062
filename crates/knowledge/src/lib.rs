//! The right words and the right answer: scripts, FAQ, product facts, policies, relations, notices, quizzes
//! and the reply check. It knows no conversation: whoever talks says which words were used.

mod bounds;
mod carry;
pub mod check;
pub mod http;
mod place;
mod things;
mod words;

pub use carry::{
    Exported, Format, Parsed, WORDS_FILE_MAX, WordsError, WordsField, WordsFile, WordsPlan, WordsReport,
    WordsRow, export_words, import_words, parse_words, plan_words, take_words, write_words,
    write_words_slice,
};
pub use things::alternative::{Alternative, alternatives};
pub use things::attempt::{
    AskedQuestion, AttemptFilter, QuizAnswers, QuizAsk, QuizAttempt, QuizAttemptRow, QuizStanding,
    finish_quiz, quiz_attempt, quiz_attempts, quiz_standings, start_quiz,
};
pub use things::basics::{BasicsChange, change_basics};
pub use things::batch::{
    BatchFilter, NewProductBatch, ProductBatch, ProductBatchChange, add_batch, batches, batches_of,
    change_batch, remove_batch,
};
pub use things::brief::{ProductBrief, SkuStock, StockState, product_brief};
pub use things::campaign::{
    Campaign, CampaignChange, NewCampaign, add_campaign, change_campaign, end_campaign,
};
pub use things::campaign_list::{CampaignFilter, campaigns, running};
pub use things::certificate::{
    Certificate, CertificateChange, CertificateFilter, CertificateKind, NewCertificate, add_certificate,
    certificates, certificates_of, change_certificate, names_file, remove_certificate,
};
pub use things::checklist::{ListingItem, ListingItemKind, ListingItemState, TwoWords, listing_items};
pub use things::fact::{ProductFacts, ProductFactsChange, TestValue, change_facts, facts};
pub use things::facts_import::{
    FactsImport, FactsLine, FactsReport, RowAction, RowPreview, SheetForm, export_facts, import_facts,
    write_facts_file,
};
pub use things::facts_sheet::{FactsFile, ImportError, MOST_ROWS, read_facts_file};
pub use things::guide::{Guide, NewGuide, drop_guide, guides, keep_guide};
pub use things::holding::{Holding, Period};
pub use things::listing::{
    Listing, ListingLookAsk, ListingLookSum, ListingState, NewListingMark, check_listing, check_listings,
    listing, mark_listing,
};
pub use things::listing_task::{
    ListingTask, ListingTaskFilter, ListingTaskSource, ListingTaskState, NewListingTask,
    forget_listing_notes, listing_tasks, open_listing_tasks, raise_listing,
};
pub use things::listing_weeks::{ListingWeek, listing_weeks};
pub use things::listing_work::{
    ListingTaskDone, ListingTaskOwner, finish_listing_task, own_listing_task, reopen_listing_task,
};
pub use things::main_push::{
    MainPush, MainPushChange, MainPushFilter, NewMainPush, add_main_push, change_main_push, main_pushes,
    remove_main_push,
};
pub use things::next_step::{
    AddOn, CampaignNext, CampaignOffer, CampaignWords, Cart, CartItem, campaign_words, offers,
};
pub use things::notice::{
    NewNotice, Notice, NoticeBody, NoticeFilter, NoticeKind, NoticeState, NoticeView, issue_notice, notices,
    read_notice, withdraw_notice,
};
pub use things::offer::{CampaignKind, CampaignStep};
pub use things::preorder::{NewPreorder, Preorder, PreorderMark, end_preorder, preorders, set_preorder};
pub use things::product_row::{ProductRow, ProductRowChange, change_product_row, product_rows};
pub use things::question::{
    NewQuizQuestion, QuestionFilter, QuestionSource, QuizQuestion, QuizQuestionChange, add_question,
    change_question, quiz_questions, remove_question,
};
pub use things::question_make::{MadeSum, MakeAsk, make_questions};
pub use things::ranking::AlternativeReason;
pub use things::receipt::{NoticeRead, NoticeReaders, NoticeUnread, notice_readers};
pub use things::recommendation::{
    NewRecommendation, Recommendation, RecommendationFilter, RecommendationKind, RecommendationSum, bought,
    recommendation_sums, recommendations, recommended,
};
pub use things::relation::{
    NewRelation, ProductRelation, RelatedProduct, RelationChange, RelationKind, add_relation,
    change_relation, relations, remove_relation,
};
pub use things::settings::THINGS_SETTINGS;
pub use things::size::{SizeColumn, SizeRow, SizeTable};
pub use things::warranty::{
    NewWarranty, RepairPrice, Warranty, WarrantyChange, add_warranty, change_warranty, remove_warranty,
    warranties,
};
pub use words::alone::answer_alone;
pub use words::defaults::{Defaults, Loaded, load_defaults};
pub use words::expiring::{Expiring, expiring};
pub use words::faq::{Faq, NewFaq, Proposal, Similar, faq};
pub use words::faq_keep::{add_faq, change_faq, faq_versions, remove_faq, restore_faq, set_faq_status};
pub use words::faq_list::{CategoryCount, FaqFilter, FaqSort, faq_categories, faq_count, faqs, unused_faqs};
pub use words::fill::{Render, Rendered, render_words};
pub use words::heard::{
    Asked, Heard, accept_heard, dismiss_heard, forget_customer, heard, held_questions, join_customers,
    keep_heard, used_faq,
};
pub use words::kinds::{Bargain, FaqStatus, Language, Scope, Status, WordKind, WordStage};
pub use words::learning::{LearnKind, Learned, ToLearn, learned, to_learn};
pub use words::manners::{Manners, manners};
pub use words::missed::{
    Nearest, Place, Unanswered, dismiss_unanswered, keep_asked, keep_missed, unanswered,
};
pub use words::pick::picked;
pub use words::policy::{NewPolicy, Policy, PolicyFilter, policies, policy};
pub use words::policy_keep::{
    add_policy, change_policy, policy_versions, remove_policy, restore_policy, set_policy_status,
};
pub use words::proposal::{Propose, Publish, decline_faq, forget_proposals, propose_faq, publish_faq};
pub use words::quick_reply::{NewQuickReply, QuickReply, adopt_quick_reply, keep_quick_reply, quick_replies};
pub use words::script::{NewScript, Script, script};
pub use words::script_find::{ScriptFilter, scripts};
pub use words::script_keep::{
    add_script, change_script, remove_script, restore_script, script_versions, set_script_status, used_script,
};
pub use words::settings::{SETTINGS, Tone, confident_from, tone};
pub use words::shelf::{Asker, Shelf, Shelves, Words};
pub use words::shelf_load::{ChangedWords, all_words, changed_words};
pub use words::shipped::{Both, Mood, Sign, emoji};
pub use words::stale::{Filled, check_values};
pub use words::suggest::{
    Candidates, FaqHit, PolicyHit, Reason, ScriptHit, SuggestAsk, Suggestions, candidates, nearest, suggest,
};
pub use words::variable::{Facts, Variable, check_filled, check_variables, render, variables_of};
pub use words::version::Version;

/// The tables of this room.
pub const SCHEMA: store::Schema = store::Schema {
    room: "knowledge",
    steps: &[
        ("0001_words", include_str!("../schema/0001_words.sql")),
        ("0002_things", include_str!("../schema/0002_things.sql")),
        ("0003_mending", include_str!("../schema/0003_mending.sql")),
    ],
};
