use std::sync::Arc;

use crate::Id;

/// Who hears a live frame. Ids are unique over all organisations, so a topic needs no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everybody who works in the shop: what changes lists.
    Shop(Id),
    /// Everybody who works in the shop but sees only their own conversations and the queue.
    ShopQueue(Id),
    /// Those who see the orders of the shop: the order desk.
    Desk(Id),
    /// Those who follow every message of the shop (the All tab).
    ShopMessages(Id),
    /// Those of the team who look at the conversation.
    Conversation(Id),
    /// All sockets of one person.
    Person(Id),
    /// All sockets of one person too, but it is no frame they hear by it: they look again what the person may
    /// before they do anything else.
    Rights(Id),
    /// The buyer's side of a conversation.
    Buyer(Id),
    /// Every agent's socket: places in the log to resume from.
    Cursor,
    /// The program itself: a queue, a presence or a load changed, so waiting buyers may be dealt.
    Router,
    /// The organisation: presence, rights.
    Org(Id),
}

/// A frame to hand out after the commit. State is in the database; a lost frame only delays.
#[derive(Clone, Debug)]
pub struct Live {
    /// Everybody subscribed to one of these gets the frame once.
    pub topics: Vec<Topic>,
    /// The frame as it goes over the wire.
    pub frame: Arc<str>,
}
