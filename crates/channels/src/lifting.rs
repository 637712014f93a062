//! A token of the owner lifts the limits of a buyer's socket for as long as it may: once it lost the right, they
//! hold again before the next command, and once it ended, within [`ASK_EVERY`] seconds.

use axum::http::{HeaderMap, header};
use base::{Id, Problem, Topic};
use hub::Seat;

use crate::http::lifts_limits;
use crate::widget::Widget;

/// What lifts the limits of a socket.
pub(crate) struct Lifting {
    /// For whom the token acts.
    person: Id,
    /// The token, to ask again.
    headers: HeaderMap,
    /// Seconds since it was asked for other nodes' sake.
    seconds: u32,
}

/// What happens on another node is learned so late, in seconds: there may be thousands of such sockets.
const ASK_EVERY: u32 = 60;

impl Lifting {
    /// Listens to what becomes of the token's rights, which may have changed since they were looked at.
    pub(crate) fn watch(seat: &mut Seat, person: Id, mut headers: HeaderMap) -> Lifting {
        seat.listen(Topic::Rights(person));
        seat.ask();
        let token = headers.remove(header::AUTHORIZATION);
        Lifting {
            person,
            seconds: 0,
            headers: token
                .map(|token| (header::AUTHORIZATION, token))
                .into_iter()
                .collect(),
        }
    }

    /// A second went by.
    pub(crate) fn tick(&mut self, seat: &Seat) {
        self.seconds += 1;
        if self.seconds >= ASK_EVERY {
            self.seconds = 0;
            seat.ask();
        }
    }
}

impl Widget {
    /// Looks again, where that was asked, whether the limits are lifted still. A socket that has no place among those of
    /// its address then ends with `limit_sockets`.
    pub(crate) async fn look_again(&mut self, seat: &mut Seat) -> Result<(), Problem> {
        let Some(lifting) = self.lifting.as_ref().filter(|_| seat.was_asked()) else {
            return Ok(());
        };
        let shop = self.shop.id;
        match lifts_limits(&self.desk, &lifting.headers, self.org, shop).await {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => {}
            Err(problem) if problem.status == 401 => {}
            Err(problem) => {
                seat.ask();
                return Err(problem);
            }
        }
        seat.ignore(Topic::Rights(lifting.person));
        self.lifting = None;
        if let Some(greeted) = &mut self.greeted {
            greeted.limit();
        }
        let slot = self.desk.limits.open(shop, &self.address, self.most.sockets);
        self.slot = Some(slot.inspect_err(|_| {
            seat.push(r#"{"on":"bye","why":"limit_sockets"}"#.into());
        })?);
        Ok(())
    }
}
