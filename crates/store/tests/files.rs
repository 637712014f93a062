//! What a file is follows from its bytes, and bytes are kept under their hash.

use std::io::Cursor;

use base::{Actor, Id, Ms};
use image::{AnimationDecoder as _, ImageFormat, Rgb, Rgba};
use store::testing::{TestDb, sqlite};
use store::{FILE_LIMIT, FileKind, FileRow, Files, IMAGE_LIMIT, NewFile, VOICE_LIMIT};

struct Kept {
    db: TestDb,
    files: Files,
}

impl Kept {
    async fn new() -> Kept {
        let db = sqlite(&[]).await;
        let files = Files::open(None, db.folder.path()).expect("a folder");
        Kept { db, files }
    }

    async fn take(&self, name: &str, bytes: Vec<u8>) -> Result<FileRow, String> {
        let new: NewFile = self
            .files
            .take(name, bytes)
            .await
            .map_err(|p| p.code.to_string())?;
        let who = Actor::program(Id(1));
        let row = self
            .db
            .write(move |tx| FileRow::keep(tx, Ms(1), &who, Id(2), &new))
            .await;
        Ok(row.expect("kept"))
    }

    /// How many objects the folder holds.
    fn objects(&self) -> usize {
        let folders = std::fs::read_dir(self.db.folder.path().join("files")).expect("a folder");
        folders
            .map(|f| {
                std::fs::read_dir(f.expect("a folder").path())
                    .expect("a folder")
                    .count()
            })
            .sum()
    }
}

fn encoded(image: impl Into<image::DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.into().write_to(&mut out, format).expect("encoded");
    out.into_inner()
}

fn noise(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 7) as u8, (y * 13) as u8, (x ^ y) as u8])
    })
}

fn animation() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
    for shade in [10, 120, 240_u8] {
        let frame = image::RgbaImage::from_pixel(500, 400, Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(frame)).expect("encoded");
    }
    drop(encoder);
    out
}

#[tokio::test]
async fn what_a_browser_might_run_is_only_ever_a_file() {
    let kept = Kept::new().await;
    let cases: [(&str, &[u8]); 7] = [
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        ),
        ("a.png", b"<?xml version='1.0'?><svg onload='alert(1)'></svg>"),
        ("a.jpg", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        (
            "setup.png",
            b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00",
        ),
        ("a.pdf", b"%PDF-1.7\n1 0 obj"),
        ("a.txt", b"only words"),
        ("one", b"x"),
    ];
    for (name, bytes) in cases {
        let row = kept.take(name, bytes.to_vec()).await.expect("kept");
        assert_eq!(
            (row.kind, row.thumb, row.width),
            (FileKind::File, None, None),
            "{name}"
        );
        assert!(!row.media.starts_with("image/"), "{name} is {}", row.media);
        assert_eq!(kept.files.get(&row.hash).await.expect("there"), bytes);
    }
}

#[tokio::test]
async fn pictures_are_measured_and_get_a_small_copy_without_what_hides_in_them() {
    let kept = Kept::new().await;
    for (format, media) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::WebP, "image/webp"),
    ] {
        let mut bytes = encoded(noise(720, 360), format);
        bytes.extend_from_slice(b"<script>hidden</script>");
        let row = kept.take("图.exe", bytes).await.expect("a picture");
        assert_eq!(
            (row.kind, row.media.as_str(), row.width, row.height),
            (FileKind::Image, media, Some(720), Some(360))
        );
        let thumb = kept
            .files
            .get(row.thumb.as_deref().expect("a small copy"))
            .await
            .expect("there");
        let small = image::load_from_memory(&thumb).expect("a picture");
        assert_eq!((small.width(), small.height()), (360, 180), "{media}");
        assert!(!thumb.windows(6).any(|w| w == b"hidden"));
    }
}

#[tokio::test]
async fn a_clear_picture_stays_clear_and_an_animation_shows_its_first_frame() {
    let kept = Kept::new().await;
    let clear = image::RgbaImage::from_fn(400, 400, |x, _| Rgba([200, 0, 0, if x < 200 { 0 } else { 255 }]));
    let row = kept
        .take("clear.png", encoded(clear, ImageFormat::Png))
        .await
        .expect("a picture");
    let thumb = kept
        .files
        .get(row.thumb.as_deref().expect("thumb"))
        .await
        .expect("there");
    let small = image::load_from_memory_with_format(&thumb, ImageFormat::Png)
        .expect("a PNG")
        .to_rgba8();
    assert_eq!(
        (small.get_pixel(10, 10)[3], small.get_pixel(350, 10)[3]),
        (0, 255)
    );

    let gif = animation();
    let frames = image::codecs::gif::GifDecoder::new(Cursor::new(&gif))
        .expect("a gif")
        .into_frames()
        .count();
    assert_eq!(frames, 3);
    let row = kept.take("dance.gif", gif.clone()).await.expect("a picture");
    assert_eq!(
        (row.width, row.height, row.media.as_str()),
        (Some(500), Some(400), "image/gif")
    );
    assert_eq!(
        kept.files.get(&row.hash).await.expect("there"),
        gif,
        "the whole animation is kept"
    );
    let thumb = kept
        .files
        .get(row.thumb.as_deref().expect("thumb"))
        .await
        .expect("there");
    let small = image::load_from_memory(&thumb).expect("one picture").to_rgb8();
    assert!(small.get_pixel(5, 5)[0] < 40, "{:?}", small.get_pixel(5, 5));
}

#[tokio::test]
async fn torn_empty_huge_and_heavy_files_are_refused() {
    let kept = Kept::new().await;
    let whole = encoded(noise(300, 300), ImageFormat::Png);
    for part in [9, 30, 60, whole.len() / 2] {
        let refused = kept.take("torn.png", whole[..part].to_vec()).await;
        assert_eq!(
            refused.err().as_deref(),
            Some("file_kind"),
            "{part} of {} bytes",
            whole.len()
        );
    }
    let jpeg = encoded(noise(300, 300), ImageFormat::Jpeg);
    assert_eq!(
        kept.take("torn.jpg", jpeg[..200].to_vec()).await.err().as_deref(),
        Some("file_kind")
    );
    assert_eq!(
        kept.take("none.png", Vec::new()).await.err().as_deref(),
        Some("file_empty")
    );

    // A few bytes that say they are 60,000 x 60,000 pixels: refused before anything is unpacked.
    let bomb = claims_to_be(&whole, 60_000, 60_000, [8, 2]);
    assert_eq!(
        kept.take("bomb.png", bomb).await.err().as_deref(),
        Some("file_too_big")
    );

    // Few pixels less than too many, each of four colours of 16 bits: 392 MB out of some hundred bytes.
    let deep = claims_to_be(&whole, 7_000, 7_000, [16, 6]);
    let refused = kept.files.take("deep.png", deep).await.expect_err("refused");
    assert_eq!(refused.code, "file_too_big");
    assert_eq!(refused.params["limit"], 150_000_000);
    assert!(
        refused.detail.contains("392 MB; at most 150"),
        "{}",
        refused.detail
    );

    let mut heavy = whole.clone();
    heavy.resize(IMAGE_LIMIT + 1, 0);
    assert_eq!(
        kept.take("heavy.png", heavy).await.err().as_deref(),
        Some("file_too_big")
    );
    assert_eq!(
        kept.take("heavy.bin", vec![1; FILE_LIMIT + 1])
            .await
            .err()
            .as_deref(),
        Some("file_too_big")
    );
    assert!(kept.take("full.bin", vec![1; FILE_LIMIT]).await.is_ok());
    assert_eq!(kept.objects(), 1, "nothing of the refused ones stays");
}

#[tokio::test]
async fn voice_is_known_by_its_bytes_and_a_long_recording_is_a_file() {
    let kept = Kept::new().await;
    let mut ogg = b"OggS\0\x02\0\0\0\0\0\0\0\0".to_vec();
    ogg.resize(5_000, 7);
    let row = kept.take("voice", ogg.clone()).await.expect("kept");
    assert_eq!((row.kind, row.media.as_str()), (FileKind::Voice, "audio/ogg"));
    ogg.resize(VOICE_LIMIT + 1, 7);
    assert_eq!(kept.take("voice", ogg).await.expect("kept").kind, FileKind::File);
}

#[tokio::test]
async fn the_same_bytes_are_one_object_and_names_name_no_place() {
    let kept = Kept::new().await;
    let bytes = encoded(noise(64, 64), ImageFormat::Png);
    let first = kept.take("../../etc/passwd", bytes.clone()).await.expect("kept");
    let second = kept.take("二\0.png\r\n", bytes).await.expect("kept");
    assert_eq!(
        (first.hash.as_str(), first.thumb.as_deref()),
        (second.hash.as_str(), second.thumb.as_deref())
    );
    assert_ne!(first.id, second.id);
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        (".._.._etc_passwd", "二.png")
    );
    let nameless = kept.take(" \0 ", b"x".to_vec()).await.expect("kept");
    assert_eq!(nameless.name, "file");
    assert_eq!(kept.objects(), 3, "picture, thumbnail, x");
    let together: Vec<_> = (0..8).map(|_| kept.files.put(b"together".to_vec())).collect();
    for hash in futures_util::future::join_all(together).await {
        assert_eq!(
            kept.files.get(&hash.expect("stored")).await.as_deref(),
            Ok(&b"together"[..])
        );
    }
    assert_eq!(kept.objects(), 4);
}

#[tokio::test]
async fn a_torn_object_is_mended_when_its_bytes_come_again() {
    let kept = Kept::new().await;
    let hash = kept.files.put(b"whole bytes".to_vec()).await.expect("stored");
    let path = kept
        .db
        .folder
        .path()
        .join("files")
        .join(&hash[..2])
        .join(&hash[2..]);
    std::fs::write(&path, b"who").expect("torn");
    kept.files.put(b"whole bytes".to_vec()).await.expect("stored");
    assert_eq!(kept.files.get(&hash).await.as_deref(), Ok(&b"whole bytes"[..]));
}

#[tokio::test]
async fn a_hash_that_is_none_is_not_found() {
    let kept = Kept::new().await;
    for hash in [
        "",
        "a",
        "..",
        "../lock",
        "/etc/passwd",
        "好",
        "00/../../lock",
        &"0".repeat(64),
    ] {
        let found = kept.files.get(hash).await.map_err(|p| p.code.to_string());
        assert_eq!(found, Err("not_found".into()), "{hash}");
    }
}

#[tokio::test]
async fn the_place_of_files_is_named_by_folder_or_bucket() {
    let folder = tempfile::tempdir().expect("a folder");
    let hash = Files::open(None, folder.path())
        .expect("the default")
        .put(b"a".to_vec())
        .await
        .expect("stored");
    assert!(
        folder
            .path()
            .join("files")
            .join(&hash[..2])
            .join(&hash[2..])
            .is_file()
    );
    let other = folder.path().join("other");
    let files = Files::open(other.to_str(), folder.path()).expect("a folder");
    assert_eq!(
        files.get(&hash).await.map_err(|p| p.code.to_string()),
        Err("not_found".into())
    );
    assert!(Files::open(Some("s3://shop-files/xiaoer"), folder.path()).is_ok());
    for wrong in ["s3://", "s3://A", "gs://shop-files", "https://shop"] {
        let refused = Files::open(Some(wrong), folder.path())
            .map(|_| ())
            .map_err(|p| p.code.to_string());
        assert_eq!(refused, Err("files_url".into()), "{wrong}");
    }
    let blocked = folder.path().join("files").join("x");
    std::fs::write(&blocked, b"").expect("written");
    let refused = Files::open(blocked.to_str(), folder.path())
        .map(|_| ())
        .map_err(|p| p.code.to_string());
    assert_eq!(refused, Err("folder_unusable".into()));
}

/// A PNG whose head says other sides, and other bits and kind of colour.
fn claims_to_be(png: &[u8], width: u32, height: u32, colour: [u8; 2]) -> Vec<u8> {
    let mut png = png.to_vec();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png[24..26].copy_from_slice(&colour);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| {
            if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 }
        })
    })
}

#[tokio::test]
async fn bytes_go_when_the_last_file_that_has_them_is_forgotten() {
    let kept = Kept::new().await;
    let (one, same) = (
        kept.take("a.txt", b"one text".to_vec()).await.expect("taken"),
        kept.take("b.txt", b"one text".to_vec()).await.expect("taken"),
    );
    let forget = |file: FileRow| kept.db.write(move |tx| file.forget(tx, Id(1)));
    forget(one).await.expect("forgotten");
    assert_eq!(store::sweep_files(&kept.db, &kept.files, Ms(1_000)).await, Ok(0));
    assert_eq!(kept.objects(), 1, "another file has the same bytes");
    forget(same).await.expect("forgotten");
    assert_eq!(store::sweep_files(&kept.db, &kept.files, Ms(2_000)).await, Ok(1));
    assert_eq!(kept.objects(), 0);

    // Whoever stored the same bytes in that moment is told to try again; a minute later they stay.
    let (new, who) = (
        kept.files
            .take("c.txt", b"one text".to_vec())
            .await
            .expect("stored"),
        Actor::program(Id(1)),
    );
    let keep = |at: i64| {
        let (new, who) = (new.clone(), who.clone());
        kept.db
            .write(move |tx| FileRow::keep(tx, Ms(at), &who, Id(2), &new))
    };
    assert_eq!(keep(2_001).await.expect_err("refused").status, 503);
    assert_eq!(store::sweep_files(&kept.db, &kept.files, Ms(70_000)).await, Ok(0));
    let again = kept.take("c.txt", b"one text".to_vec()).await.expect("taken");
    assert_eq!(kept.files.get(&again.hash).await, Ok(b"one text".to_vec()));
}
