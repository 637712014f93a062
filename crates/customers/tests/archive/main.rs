//! What is kept of customers beyond who they are, on both engines.

mod care;
mod joins;
mod scene;
mod segments;
mod tags;
