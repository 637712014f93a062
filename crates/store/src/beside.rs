//! Work nobody waits for, such as learning or reading a file of a million rows: seconds of a core that the desk may
//! need for somebody's message.

use base::Problem;
use tokio::sync::oneshot;

/// How far work that nobody waits for stands back: a nice value, a tenth of the weight of everything else when
/// the cores are busy, all of a core when they are not.
const NICE: i32 = 10;

/// Runs `work` on a thread of its own, whose priority is low.
///
/// A thread that was made nice cannot be made ordinary again, so it is none of the runtime's.
pub async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let (done, outcome) = oneshot::channel();
    std::thread::Builder::new()
        .name("beside".into())
        .spawn(move || {
            stand_back();
            let _ = done.send(work());
        })
        .map_err(|_| Problem::internal())?;
    outcome.await.map_err(|_| Problem::internal())
}

/// On Linux a nice value is the thread's own; elsewhere it would be the whole program's.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(why) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%why, "a thread stays as urgent as the rest");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_work_is_done_with_low_priority_and_the_rest_keeps_theirs() {
        let nice = || rustix::process::getpriority_process(None).expect("a priority");
        let before = nice();
        let expected = if cfg!(target_os = "linux") {
            NICE.max(before)
        } else {
            before
        };
        assert_eq!(beside(nice).await.expect("done"), expected);
        assert_eq!(nice(), before);
    }

    #[tokio::test]
    async fn work_that_panics_is_a_problem_and_not_a_wait_for_ever() {
        let outcome = beside(|| panic!("as expected")).await;
        assert!(outcome.is_err_and(|problem: Problem| problem.status == 500));
    }
}
