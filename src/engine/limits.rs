//! Every cap and default, each with its reason. Durations are milliseconds, sizes bytes.

use super::time::Millis;

/// Shortest delay between attempts: quick for a person, harmless for a server.
pub const RETRY_MIN: Millis = Millis::new(1_000);
/// Longest delay of our own: a source that comes back is noticed within a minute.
pub const RETRY_MAX: Millis = Millis::new(60_000);
/// What each failure multiplies the delay by.
pub const RETRY_FACTOR: f64 = 2.0;
/// Share of each delay that is random, so that clients cut together come back apart.
pub const RETRY_JITTER: f64 = 0.5;
/// No configuration may retry faster than this.
pub const RETRY_FLOOR: Millis = Millis::new(10);
/// The reconnection time of an `EventSource` until the server names another: what most browsers take.
pub const RECONNECTION_TIME: Millis = Millis::new(3_000);
/// A server that names none at all is not asked more often than this. Firefox has the same floor.
pub const RECONNECTION_FLOOR: Millis = Millis::new(500);
/// A server may ask for more patience than `RETRY_MAX`, but not for ever.
pub const RETRY_AFTER_MAX: Millis = Millis::new(24 * 60 * 60 * 1_000);

/// A response that has not begun by then is given up.
pub const CONNECT_TIMEOUT: Millis = Millis::new(30_000);
/// Twenty missed heartbeats at the customary 15 seconds. Applied by default only where a
/// position is known, since reconnecting without one could lose events.
pub const IDLE_TIMEOUT: Millis = Millis::new(300_000);
/// So many attempts without anything new are enough to ask a source in another way; one is, where the
/// way has come to nothing before.
pub const TRANSPORT_ATTEMPTS: u32 = 3;
/// After this long, the best way to ask a source is tried again: what stood in between may be gone.
pub const TRANSPORT_BACK: Millis = Millis::new(60_000);
/// It doubles each time that this was in vain, up to this: each try delays what is new.
pub const TRANSPORT_BACK_MAX: Millis = Millis::new(60 * 60 * 1_000);
/// A refused response has this long to say why.
pub const REFUSAL_TIMEOUT: Millis = Millis::new(2_000);
/// How often an open connection looks at the clock: often enough to notice soon that the machine has
/// slept.
pub const WATCH_PERIOD: Millis = Millis::new(60_000);
/// More time than this between two looks means that it has: pages in the background are woken once
/// a minute.
pub const WATCH_MOST: Millis = Millis::new(180_000);
/// A store that has not answered by then is reported; a stream that waits for its bookmark goes on
/// without it.
pub const STORE_TIMEOUT: Millis = Millis::new(30_000);
/// A store that refuses the bookmark is asked again after this long, if no commit does so before.
pub const STORE_RETRY: Millis = Millis::new(10_000);
/// A store has this long to take the last bookmark of a closing stream.
pub const FLUSH_TIMEOUT: Millis = Millis::new(5_000);

/// Events that may wait for their handlers: more than a usual chunk holds.
pub const HIGH_WATER_MARK: usize = 512;
/// The largest event; a larger one is more often a fault than a payload.
pub const MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;
/// Servers commonly refuse headers beyond 8 KiB; an id must fit with room to spare.
pub const MAX_ID_BYTES: usize = 4 * 1024;
/// A position that is a map, as text: some hundreds of parts, small enough to be kept for each event
/// that waits.
pub const MAX_MAP_BYTES: usize = 16 * 1024;
/// How much of a refused response's body, or of a bad record, an error quotes.
pub const REFUSAL_BYTES: usize = 2 * 1024;
/// Event types known by number, beyond which the table starts again: real sources use a handful,
/// hostile ones must not grow it for ever.
pub const MAX_TYPES: usize = 1_024;

/// Prints of events kept to recognise a repeat: enough for a source that repeats its last
/// page, small enough (1 KiB of text) to write with each commit.
pub const REPEAT_WINDOW: usize = 64;
/// Items of polled sources kept to recognise a repeat, at least: enough for a page or two of any source, and
/// small enough (8 KiB of text) for every store.
pub const ROW_WINDOW: usize = 512;
/// The ids of a source's items, kept to notice deletions: some 80,000 of ten characters. They are written as one
/// record, and the stores of browsers take 5 MiB in all.
pub const KNOWN_BYTES: usize = 1024 * 1024;
/// The positions of items that came by increments beside a full run, which may be slower than they are.
pub const FRESH_BYTES: usize = 256 * 1024;
/// The largest page that is kept whole.
pub const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;
/// A stream that is silent for this long is between two bursts, and gives its buffers back.
pub const QUIET_AFTER: Millis = Millis::new(1_000);
/// So much it keeps, which is more than a heartbeat or a single event needs.
pub const QUIET_KEEP: usize = 4 * 1024;
/// A buffer that grew beyond this for one large event is given back once it is empty.
pub const BUFFER_KEEP: usize = 256 * 1024;

/// How long a Bayeux server is taken to hold a connect until it says so: CometD's own default.
pub const BAYEUX_TIMEOUT: Millis = Millis::new(30_000);
/// How long it is taken to keep a session that does not connect: CometD's own default.
pub const BAYEUX_MAX_INTERVAL: Millis = Millis::new(10_000);
/// What a connect may take beyond the time that the server holds it: a slow network's way back.
pub const BAYEUX_ALLOWANCE: Millis = Millis::new(10_000);
/// A connect that is answered sooner was not held: nothing travels to most servers and back in less time.
pub const BAYEUX_HASTE: Millis = Millis::new(100);
/// After so many of them in a row that have brought nothing, the next one waits for `RETRY_MIN`.
pub const BAYEUX_HASTY: u32 = 10;
/// After leaving a channel, events on their way may still arrive for so long. Only then is it asked for
/// again from a position, so that none of them comes before what is sent again.
pub const BAYEUX_SETTLE: Millis = Millis::new(1_000);
/// Bytes of messages that may wait for slow handlers, of all subscriptions of one client. Beyond it, the
/// client asks for no more, and leaves before the server ends a session that does not connect, until half of it
/// is read.
pub const BAYEUX_BACKLOG: usize = 8 * 1024 * 1024;
/// A subscription reads so much at once.
pub const BAYEUX_PIECE: usize = 256 * 1024;
/// The largest request but for a single message that is larger: Salesforce refuses more.
pub const BAYEUX_REQUEST: usize = 32 * 1024;
/// Bytes of publications that may wait to be sent.
pub const BAYEUX_OUTBOX: usize = 4 * 1024 * 1024;
/// Connects wait so long for a socket that is being opened; then they go on by long polling.
pub const SOCKET_PATIENCE: Millis = Millis::new(5_000);
/// The shortest and the longest wait before another attempt at a socket; long polling goes on meanwhile.
pub const SOCKET_RETRY: (Millis, Millis) = (Millis::new(5_000), Millis::new(300_000));
