//! Files of platforms, from their bytes to orders, customers and their sums, and back.

mod bad_input;
mod contradict;
mod erased;
mod generations;
mod hand;
mod journal;
mod payments;
mod platforms;
mod presales;
mod real;
mod refused;
mod reviews;
mod rules;
mod same_rule;
mod shops;
mod things;
mod uploads;
