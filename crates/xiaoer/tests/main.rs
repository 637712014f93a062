//! The program from outside: the real binary, its sockets, its API and its commands, as a stranger would
//! use them.

mod bad_input;
mod commands;
mod kit;
mod scope;
mod sockets;
