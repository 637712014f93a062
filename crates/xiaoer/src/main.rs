//! The program: commands, configuration, the HTTP and WebSocket edge, the loops. It decides nothing about
//! shops; the rooms do.

mod admin;
mod agent;
mod answers;
mod app;
mod backup;
mod clock;
mod commands;
mod config;
mod demo;
mod edge;
mod loops;
mod messages;
mod privacy;
mod reactions;
mod replay;
mod viewers;
mod waiting;
mod web;

use clap::Parser as _;

/// What one thread takes another gives back: a message is written by the one that writes, read by those that send.
/// The system's allocator locks for that; this one does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = commands::Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(commands::run(cli)),
        Err(error) => {
            eprintln!("xiaoer: cannot start: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
