//! The one door through which pictures are unpacked. A small file can hold a picture that takes much memory, so how
//! much is known before anything is unpacked, and few are unpacked at once in the whole program.

use std::io::Cursor;
use std::sync::Arc;

use base::Problem;
use image::{ImageDecoder as _, ImageReader, Limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pixels of a picture at most.
const PIXELS_LIMIT: u64 = 50_000_000;
/// Bytes of an unpacked picture at most: so many pixels of three colours of 8 bits.
const UNPACKED_LIMIT: u64 = 3 * PIXELS_LIMIT;
/// Bytes that reading a picture's head may take, such as its colour profile.
const HEAD_LIMIT: u64 = 16 << 20;
/// The longer side of a thumbnail.
const THUMB_SIDE: u32 = 360;
/// How many pictures are unpacked at once; of those above [`BIG`] bytes only one.
const AT_ONCE: u32 = 2;
const BIG: u64 = 40_000_000;
/// How many more may wait for it; each keeps its bytes meanwhile.
const WAITING: usize = 32;
/// When to try again whoever found too many waiting.
const RETRY_S: i64 = 2;

/// Who may unpack now; clones are one.
#[derive(Clone)]
pub(crate) struct Pictures {
    /// For each that is unpacked or waits.
    places: Arc<Semaphore>,
    /// For each that is unpacked.
    hands: Arc<Semaphore>,
}

/// What is known of a picture, and its thumbnail.
pub(crate) struct Small {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) thumb: Vec<u8>,
}

/// A picture's measures as its head tells them.
struct Measure {
    width: u32,
    height: u32,
    /// Bytes when unpacked.
    unpacked: u64,
}

impl Default for Pictures {
    fn default() -> Pictures {
        Pictures {
            places: Arc::new(Semaphore::new(AT_ONCE as usize + WAITING)),
            hands: Arc::new(Semaphore::new(AT_ONCE as usize)),
        }
    }
}

impl Pictures {
    /// Measures a picture and makes its thumbnail from the pixels, so that nothing hidden in the file
    /// reaches those who only look at the small one. Gives the bytes back.
    pub(crate) async fn small(&self, bytes: Vec<u8>) -> Result<(Vec<u8>, Small), Problem> {
        let measure = measure(&bytes)?;
        self.unpacking(measure.unpacked, move || {
            let thumb = thumb(&bytes)?;
            let (width, height) = (measure.width, measure.height);
            Ok((bytes, Small { width, height, thumb }))
        })
        .await?
    }

    /// Does work that takes `unpacked` bytes when it is its turn; `busy` when too many wait. The turn lasts as long
    /// as the work, also when nobody waits for it any more.
    async fn unpacking<T: Send + 'static>(
        &self,
        unpacked: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let hands = if unpacked > BIG { AT_ONCE } else { 1 };
        let turn = Arc::clone(&self.hands)
            .acquire_many_owned(hands)
            .await
            .map_err(|_| Problem::internal())?;
        let turn: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, turn);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|_| Problem::internal())
    }
}

fn busy() -> Problem {
    Problem::new(503, "busy", "Too many pictures come at once; try again.").with("retry_s", RETRY_S)
}

fn broken() -> Problem {
    Problem::input(
        "file",
        "file_kind",
        "This picture cannot be read; send it as PNG or JPEG.",
    )
}

fn reader(bytes: &[u8], most: u64) -> Result<ImageReader<Cursor<&[u8]>>, Problem> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| broken())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(most);
    reader.limits(limits);
    Ok(reader)
}

/// Reads the head alone.
fn measure(bytes: &[u8]) -> Result<Measure, Problem> {
    let decoder = reader(bytes, HEAD_LIMIT)?.into_decoder().map_err(|_| broken())?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let unpacked = decoder.total_bytes();
    let too_big =
        |detail: String, limit: u64| Problem::input("file", "file_too_big", detail).with("limit", limit);
    if pixels > PIXELS_LIMIT {
        let detail = "The picture has more than 50 million pixels.".to_owned();
        return Err(too_big(detail, PIXELS_LIMIT));
    }
    if unpacked > UNPACKED_LIMIT {
        let detail = format!(
            "Unpacked, the picture takes {} MB; at most {}. Send it smaller, or with 8 bits a colour.",
            unpacked.div_ceil(1_000_000),
            UNPACKED_LIMIT / 1_000_000
        );
        return Err(too_big(detail, UNPACKED_LIMIT));
    }
    Ok(Measure {
        width,
        height,
        unpacked,
    })
}

fn thumb(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    // Formats that are put together from frames need the picture twice.
    let decoded = reader(bytes, 2 * UNPACKED_LIMIT)?
        .decode()
        .map_err(|_| broken())?;
    let small = decoded.thumbnail(THUMB_SIDE, THUMB_SIDE);
    drop(decoded);
    let format = if small.color().has_alpha() {
        image::ImageFormat::Png
    } else {
        image::ImageFormat::Jpeg
    };
    let mut thumb = Vec::new();
    small
        .write_to(&mut Cursor::new(&mut thumb), format)
        .map_err(|_| broken())?;
    Ok(thumb)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Has `count` pieces of work of so many bytes done at the same time, each of which ends when `meet` of them are
    /// under way; answers how many were at once at most.
    async fn crowd(count: usize, unpacked: u64, meet: usize) -> usize {
        let pictures = Pictures::default();
        let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let met = Arc::new(Barrier::new(meet));
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (under_way, most) = (Arc::clone(&under_way), Arc::clone(&most));
            let (pictures, met) = (pictures.clone(), Arc::clone(&met));
            all.spawn(async move {
                let work = move || {
                    most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    met.wait();
                    under_way.fetch_sub(1, Ordering::SeqCst);
                };
                pictures.unpacking(unpacked, work).await
            });
        }
        assert!(all.join_all().await.iter().all(Result::is_ok));
        most.load(Ordering::SeqCst)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_pictures_are_unpacked_at_once_and_a_big_one_alone() {
        assert_eq!(crowd(20, 1_000, AT_ONCE as usize).await, 2);
        assert_eq!(crowd(10, BIG + 1, 1).await, 1);
    }

    #[tokio::test]
    async fn who_finds_too_many_waiting_is_told_to_come_again() {
        let pictures = Pictures::default();
        let all = pictures.places.try_acquire_many(AT_ONCE + WAITING as u32);
        let refused = pictures.unpacking(1, || ()).await.expect_err("refused");
        assert_eq!((refused.status, refused.code.as_ref()), (503, "busy"));
        drop(all);
        assert!(pictures.unpacking(1, || ()).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_turn_lasts_as_long_as_its_work_though_nobody_waits() {
        let pictures = Pictures::default();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let left = pictures.unpacking(BIG + 1, move || {
            let _ = wait.recv();
        });
        assert!(
            tokio::time::timeout(Duration::from_millis(50), left)
                .await
                .is_err()
        );
        assert_eq!(pictures.hands.available_permits(), 0, "it is still unpacked");
        drop(go);
        assert!(pictures.unpacking(BIG + 1, || ()).await.is_ok());
    }
}
