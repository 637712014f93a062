//! The right words and the right answer: scripts, FAQ, product facts, policies, relations, notices, quizzes
//! and the reply check. It knows no conversation: whoever talks says which words were used.

pub mod check;
