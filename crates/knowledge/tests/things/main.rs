//! What the second half of the knowledge promises, on both engines: products' facts, what goes with them,
//! campaigns, the listing checklist, notices and quizzes.

mod campaigns;
mod facts;
mod listing;
mod notices;
mod quiz;
mod scene;
mod selling;
mod sheets;
mod web;
