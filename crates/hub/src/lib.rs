//! Live fan-out to sockets, in process: who hears what. It keeps no state that matters; what is lost
//! here is read again from the database.

pub mod http;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Live, Topic};
use tokio::sync::Notify;

/// Topics and the sockets that listen to them.
#[derive(Default)]
pub struct Hub {
    topics: Mutex<HashMap<Topic, Vec<Arc<Outbox>>>>,
    sockets: AtomicU64,
    open: AtomicU64,
}

/// What waits to be written to one socket.
pub struct Outbox {
    number: u64,
    waiting: Mutex<Waiting>,
    /// The door is to look again who is behind the socket.
    asked: AtomicBool,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    frames: VecDeque<Arc<str>>,
    fell_behind: bool,
}

/// Frames kept for a socket that does not read; beyond it the socket is told to read its lists again.
const MOST_WAITING: usize = 1_024;

/// A socket's place in the hub; leaving is dropping it.
pub struct Seat {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    topics: Vec<Topic>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// A place for a new socket.
    pub fn sit(self: &Arc<Self>) -> Seat {
        let number = self.sockets.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        let outbox = Arc::new(Outbox {
            number,
            waiting: Mutex::default(),
            asked: AtomicBool::new(false),
            arrived: Notify::new(),
        });
        Seat {
            hub: Arc::clone(self),
            outbox,
            topics: Vec::new(),
        }
    }

    /// Hands a frame to everybody who listens to one of its topics, once each.
    pub fn publish(&self, live: &Live) {
        let topics = lock(&self.topics);
        // Before anybody wakes by the frame.
        for topic in live
            .topics
            .iter()
            .filter(|topic| matches!(topic, Topic::Rights(_)))
        {
            for outbox in topics.get(topic).into_iter().flatten() {
                outbox.asked.store(true, Ordering::SeqCst);
            }
        }
        for (index, topic) in live.topics.iter().enumerate() {
            for outbox in topics.get(topic).into_iter().flatten() {
                let twice = live.topics[..index].iter().any(|earlier| {
                    topics
                        .get(earlier)
                        .is_some_and(|seats| seats.iter().any(|o| o.number == outbox.number))
                });
                if !twice {
                    outbox.push(Arc::clone(&live.frame));
                }
            }
        }
    }

    /// How many sockets are open.
    pub fn sockets(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// The topics somebody listens to.
    pub fn topics(&self) -> Vec<Topic> {
        lock(&self.topics).keys().copied().collect()
    }

    /// How many sockets listen to a topic.
    pub fn listeners(&self, topic: Topic) -> usize {
        lock(&self.topics).get(&topic).map_or(0, Vec::len)
    }
}

impl Outbox {
    fn push(&self, frame: Arc<str>) {
        let mut waiting = lock(&self.waiting);
        if waiting.frames.len() >= MOST_WAITING {
            waiting.frames = VecDeque::new();
            waiting.fell_behind = true;
        }
        if !waiting.fell_behind {
            waiting.frames.push_back(frame);
        }
        drop(waiting);
        self.arrived.notify_one();
    }
}

impl Seat {
    /// Listens to a topic from now on.
    pub fn listen(&mut self, topic: Topic) {
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
            lock(&self.hub.topics)
                .entry(topic)
                .or_default()
                .push(Arc::clone(&self.outbox));
        }
    }

    /// Listens to it no more.
    pub fn ignore(&mut self, topic: Topic) {
        self.topics.retain(|t| *t != topic);
        self.leave(topic);
    }

    /// Whether it listens to the topic.
    pub fn listens(&self, topic: Topic) -> bool {
        self.topics.contains(&topic)
    }

    /// Puts a frame into this socket's own queue, in order with what is published.
    pub fn push(&self, frame: Arc<str>) {
        self.outbox.push(frame);
    }

    /// Puts frames before everything that waits: what happened before this socket began to listen.
    pub fn push_first(&self, frames: impl DoubleEndedIterator<Item = Arc<str>>) {
        let mut waiting = lock(&self.outbox.waiting);
        for frame in frames.rev() {
            waiting.frames.push_front(frame);
        }
        drop(waiting);
        self.outbox.arrived.notify_one();
    }

    /// Asks the door to look again who is behind the socket, as [`Topic::Rights`] does.
    pub fn ask(&self) {
        self.outbox.asked.store(true, Ordering::SeqCst);
    }

    /// Whether that was asked since it was last looked at here.
    pub fn was_asked(&self) -> bool {
        self.outbox.asked.load(Ordering::SeqCst) && self.outbox.asked.swap(false, Ordering::SeqCst)
    }

    /// Lets go of all frames that wait.
    pub fn forget(&self) {
        let mut waiting = lock(&self.outbox.waiting);
        waiting.frames.clear();
        waiting.fell_behind = false;
    }

    /// Waits for frames and takes all there are; `None` in place of those that did not fit.
    pub async fn next(&self) -> Option<VecDeque<Arc<str>>> {
        loop {
            let arrived = self.outbox.arrived.notified();
            {
                let mut waiting = lock(&self.outbox.waiting);
                if std::mem::take(&mut waiting.fell_behind) {
                    return None;
                }
                if !waiting.frames.is_empty() {
                    return Some(std::mem::take(&mut waiting.frames));
                }
            }
            arrived.await;
        }
    }

    fn leave(&self, topic: Topic) {
        let mut topics = lock(&self.hub.topics);
        if let Some(seats) = topics.get_mut(&topic) {
            seats.retain(|outbox| outbox.number != self.outbox.number);
            if seats.is_empty() {
                topics.remove(&topic);
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.open.fetch_sub(1, Ordering::Relaxed);
        for topic in std::mem::take(&mut self.topics) {
            self.leave(topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use base::Id;

    use super::*;

    fn live(topics: &[Topic], text: &str) -> Live {
        Live {
            topics: topics.to_vec(),
            frame: text.into(),
        }
    }

    #[tokio::test]
    async fn a_frame_for_two_topics_comes_once_and_in_order() {
        let hub = Arc::new(Hub::default());
        let mut seat = hub.sit();
        seat.listen(Topic::Person(Id(1)));
        seat.listen(Topic::Conversation(Id(2)));
        hub.publish(&live(&[Topic::Person(Id(1)), Topic::Conversation(Id(2))], "a"));
        hub.publish(&live(&[Topic::Conversation(Id(2))], "b"));
        hub.publish(&live(&[Topic::Conversation(Id(3))], "c"));
        let frames: Vec<String> = seat
            .next()
            .await
            .expect("frames")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(frames, ["a", "b"]);
    }

    #[tokio::test]
    async fn a_slow_socket_is_told_to_read_again_and_holds_no_more_memory() {
        let hub = Arc::new(Hub::default());
        let mut seat = hub.sit();
        seat.listen(Topic::Router);
        for _ in 0..MOST_WAITING + 10 {
            hub.publish(&live(&[Topic::Router], "x"));
        }
        assert!(seat.next().await.is_none());
        hub.publish(&live(&[Topic::Router], "y"));
        assert_eq!(seat.next().await.map(|f| f.len()), Some(1));
    }

    #[tokio::test]
    async fn a_socket_is_asked_to_look_at_its_rights_once_also_when_it_fell_behind() {
        let hub = Arc::new(Hub::default());
        let (mut seat, mut other) = (hub.sit(), hub.sit());
        for (seat, person) in [(&mut seat, Id(1)), (&mut other, Id(2))] {
            seat.listen(Topic::Person(person));
            seat.listen(Topic::Rights(person));
        }
        hub.publish(&live(&[Topic::Person(Id(1)), Topic::Rights(Id(1))], "a"));
        assert_eq!(
            (seat.was_asked(), seat.was_asked(), other.was_asked()),
            (true, false, false)
        );
        assert_eq!(
            seat.next().await.map(|f| f.len()),
            Some(1),
            "the frame comes once"
        );

        hub.publish(&live(&[Topic::Person(Id(1)), Topic::Rights(Id(1))], "b"));
        for _ in 0..MOST_WAITING + 1 {
            hub.publish(&live(&[Topic::Person(Id(1))], "x"));
        }
        seat.forget();
        assert!(seat.was_asked());
        hub.publish(&live(&[Topic::Person(Id(1))], "c"));
        assert_eq!(seat.next().await.map(|f| f.len()), Some(1), "what waited is gone");
    }

    #[test]
    fn nobody_stays_behind_when_a_socket_goes() {
        let hub = Arc::new(Hub::default());
        let mut seat = hub.sit();
        seat.listen(Topic::Router);
        assert_eq!(hub.listeners(Topic::Router), 1);
        drop(seat);
        assert_eq!(hub.listeners(Topic::Router), 0);
    }
}
