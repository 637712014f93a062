//! Scripts, questions with answers, and policies, on both engines.

mod carry;
mod faq;
mod heard;
mod kit;
mod learning;
mod policies;
mod scope;
mod scripts;
mod shipped;
mod suggest;
