//! Files: their bytes in an object store under their hash, what is known of them in a table.

use std::path::Path;
use std::sync::Arc;

use base::{Actor, Id, Ms, Problem, Who, clean_line};
use object_store::ObjectStore;
use object_store::ObjectStoreExt as _;
use object_store::path::Path as Key;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::files_gone::not_going;
use crate::picture::Pictures;
use crate::{Tx, args, record, text_enum};

/// Bytes of a picture at most.
pub const IMAGE_LIMIT: usize = 10 << 20;
/// Bytes of a voice message at most (60 s).
pub const VOICE_LIMIT: usize = 4 << 20;
/// Bytes of any other file at most.
pub const FILE_LIMIT: usize = 20 << 20;

text_enum! {
    /// What a file is, by its bytes.
    pub enum FileKind {
        /// A picture that browsers show.
        Image = "image",
        /// A voice message.
        Voice = "voice",
        /// Anything else; only ever downloaded.
        File = "file",
    }
}

record! {
    /// What is known of a file.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct FileRow {
        /// Its id.
        #[serde(rename = "file")]
        pub id: Id = "id",
        /// The shop it was sent in.
        #[serde(skip)]
        pub shop: Id = "shop_id",
        /// Where its bytes are.
        #[serde(skip)]
        pub hash: String = "hash",
        /// Where its thumbnail's bytes are.
        #[serde(skip)]
        pub thumb: Option<String> = "thumb",
        /// What it is.
        pub kind: FileKind = "kind",
        /// Its media type, sniffed.
        #[serde(rename = "type")]
        pub media: String = "type",
        /// The name it came with.
        pub name: String = "name",
        /// Bytes.
        pub size: i64 = "size",
        /// Pixels of a picture.
        pub width: Option<i64> = "width",
        /// Pixels of a picture.
        pub height: Option<i64> = "height",
        /// `person` or `buyer`.
        #[serde(skip)]
        pub owner_kind: String = "owner_kind",
        /// Who sent it.
        #[serde(skip)]
        pub owner: Id = "owner_id",
        /// The conversation it was said in, or none.
        #[serde(skip)]
        pub subject: Id = "subject",
    }
}

/// A file whose bytes were looked at and stored; only the row is left to write.
#[derive(Clone, Debug)]
pub struct NewFile {
    hash: String,
    thumb: Option<String>,
    kind: FileKind,
    media: &'static str,
    name: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
}

/// The bytes of files.
#[derive(Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    prefix: Key,
    pictures: Pictures,
}

impl Files {
    /// The place that `--files` names: a folder, or `s3://bucket/folder` with the `AWS_*` variables of
    /// the environment; without one, the folder `files` in `data`. Nothing is asked of S3 yet.
    pub fn open(place: Option<&str>, data: &Path) -> Result<Files, Problem> {
        match place {
            None => Files::folder(&data.join("files")),
            Some(url) if url.starts_with("s3://") => {
                let (objects, prefix) = crate::s3::open(url)?;
                Ok(Files::of(Arc::new(objects), prefix))
            }
            Some(url) if url.contains("://") => Err(Problem::input(
                "files",
                "files_url",
                "Write a folder, or s3://BUCKET/FOLDER.",
            )),
            Some(folder) => Files::folder(Path::new(folder)),
        }
    }

    /// A folder (made if need be).
    pub fn folder(folder: &Path) -> Result<Files, Problem> {
        let unusable = |error: &dyn std::fmt::Display| {
            Problem::input(
                "files",
                "folder_unusable",
                format!("Cannot use {}: {error}", folder.display()),
            )
        };
        std::fs::create_dir_all(folder).map_err(|e| unusable(&e))?;
        let objects =
            object_store::local::LocalFileSystem::new_with_prefix(folder).map_err(|e| unusable(&e))?;
        // The row is durable when its message is acknowledged; so must be the bytes it names.
        let objects = objects.with_fsync(true);
        Ok(Files::of(Arc::new(objects), Key::default()))
    }

    /// Any object store, under a prefix.
    pub fn of(objects: Arc<dyn ObjectStore>, prefix: Key) -> Files {
        Files {
            objects,
            prefix,
            pictures: Pictures::default(),
        }
    }

    /// Looks at the bytes, makes a picture's thumbnail, and stores both. The declared name and type
    /// are not believed: what it is follows from the bytes.
    pub async fn take(&self, name: &str, bytes: Vec<u8>) -> Result<NewFile, Problem> {
        let name = clean_line("name", name, 120)
            .unwrap_or_else(|_| "file".to_owned())
            .replace(['/', '\\'], "_");
        let (kind, media) = look(&bytes)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let (bytes, small) = if kind == FileKind::Image {
            let (bytes, small) = self.pictures.small(bytes).await?;
            (bytes, Some(small))
        } else {
            (bytes, None)
        };
        let width = small.as_ref().map(|small| i64::from(small.width));
        let height = small.as_ref().map(|small| i64::from(small.height));
        let thumb = match small {
            Some(small) => Some(self.put(small.thumb).await?),
            None => None,
        };
        let hash = self.put(bytes).await?;
        Ok(NewFile {
            hash,
            thumb,
            kind,
            media,
            name,
            size,
            width,
            height,
        })
    }

    /// Stores bytes under their hash; the same bytes twice are one object.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String, Problem> {
        let hash = hash_of(&bytes);
        let key = self.key(&hash);
        let there = self.objects.head(&key).await;
        // One of another size was torn; it is written anew.
        if !there.is_ok_and(|there| there.size == bytes.len() as u64) {
            self.objects.put(&key, bytes.into()).await.map_err(|e| away(&e))?;
        }
        Ok(hash)
    }

    /// The bytes of a hash; `not_found` also for what is no hash.
    pub async fn get(&self, hash: &str) -> Result<Vec<u8>, Problem> {
        if !is_hash(hash) {
            return Err(Problem::not_found());
        }
        let result = match self.objects.get(&self.key(hash)).await {
            Ok(result) => result,
            Err(object_store::Error::NotFound { .. }) => return Err(Problem::not_found()),
            Err(error) => return Err(away(&error)),
        };
        Ok(result.bytes().await.map_err(|e| away(&e))?.to_vec())
    }

    /// The bytes of a hash; `None` when they are not there or are not what the hash says.
    pub(crate) async fn get_sound(&self, hash: &str) -> Result<Option<Vec<u8>>, Problem> {
        match self.get(hash).await {
            Ok(bytes) if hash_of(&bytes) == hash => Ok(Some(bytes)),
            Ok(_) => Ok(None),
            Err(problem) if problem.status == 404 => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Stores bytes under their hash even where something else lies under it.
    pub(crate) async fn put_back(&self, hash: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        if self.get_sound(hash).await?.is_none() {
            self.objects
                .put(&self.key(hash), bytes.into())
                .await
                .map_err(|e| away(&e))?;
        }
        Ok(())
    }

    /// Takes the bytes of a hash away; those that are not there are gone already.
    pub(crate) async fn remove(&self, hash: &str) -> Result<(), Problem> {
        if !is_hash(hash) {
            return Ok(());
        }
        match self.objects.delete(&self.key(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(&error)),
        }
    }

    /// Of a text that is a hash.
    fn key(&self, hash: &str) -> Key {
        let (head, tail) = hash.split_at(2);
        self.prefix.clone().join(head).join(tail)
    }
}

pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

pub(crate) fn hash_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn away(error: &object_store::Error) -> Problem {
    tracing::warn!(%error, "the file store does not answer");
    Problem::new(
        503,
        "unavailable",
        "The store of files does not answer; try again.",
    )
}

/// What a file is and its media type, by its bytes; refused when it is empty or too big for what it is.
fn look(bytes: &[u8]) -> Result<(FileKind, &'static str), Problem> {
    if bytes.is_empty() {
        return Err(Problem::input("file", "file_empty", "The file is empty."));
    }
    let sniffed = infer::get(bytes);
    let media = sniffed.map_or("application/octet-stream", |kind| kind.mime_type());
    let (kind, limit) = match media {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" => (FileKind::Image, IMAGE_LIMIT),
        "audio/ogg" | "audio/opus" | "audio/mpeg" | "audio/m4a" | "audio/x-wav" | "audio/aac"
        | "audio/amr" | "video/webm" | "video/mp4" => (FileKind::Voice, VOICE_LIMIT),
        _ => (FileKind::File, FILE_LIMIT),
    };
    // A long film is no voice message, but still a file.
    let (kind, limit) = if kind == FileKind::Voice && bytes.len() > limit {
        (FileKind::File, FILE_LIMIT)
    } else {
        (kind, limit)
    };
    if bytes.len() > limit {
        let detail = format!(
            "At most {} MB; this has {:.1}.",
            limit >> 20,
            bytes.len() as f64 / f64::from(1 << 20)
        );
        return Err(Problem::input("file", "file_too_big", detail).with("limit", limit));
    }
    Ok((kind, media))
}

impl FileRow {
    /// Writes the row of a stored file, sent by `who` in a shop.
    pub fn keep(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, new: &NewFile) -> Result<FileRow, Problem> {
        not_going(tx, [Some(&new.hash), new.thumb.as_deref()])?;
        let (owner_kind, owner) = match who.who {
            Who::Buyer(customer) => ("buyer", customer),
            Who::Person(person) | Who::Token { person, .. } => ("person", person),
            Who::Program => ("program", Id::NONE),
        };
        let id = tx.id();
        tx.exec(
            "INSERT INTO file (org_id, id, shop_id, hash, thumb, kind, type, name, size, width, height, owner_kind,
               owner_id, subject, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14)",
            args![
                who.org, id, shop, &new.hash, &new.thumb, new.kind, new.media, &new.name, new.size, new.width, new.height,
                owner_kind, owner, now
            ],
        )?;
        FileRow::load(tx, who.org, id)?.ok_or_else(Problem::internal)
    }

    /// The file `id`, whoever asks.
    pub fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<FileRow>, Problem> {
        tx.row(
            "SELECT id, shop_id, hash, thumb, kind, type, name, size, width, height, owner_kind, owner_id, subject
             FROM file WHERE org_id = $1 AND id = $2",
            args![org, id],
            FileRow::read,
        )
    }

    /// A file that `who` may put into a message in `shop`: sent in that shop, by themselves when they
    /// are a buyer. `file_kind` when it is something else than the message says.
    pub fn usable(
        tx: &mut Tx<'_>,
        who: &Actor,
        shop: Id,
        id: Id,
        kind: FileKind,
    ) -> Result<FileRow, Problem> {
        let file = FileRow::load(tx, who.org, id)?.filter(|f| f.shop == shop && who.shops.has(shop));
        let file = file.filter(|f| match who.who {
            Who::Buyer(customer) => f.owner_kind == "buyer" && f.owner == customer,
            _ => true,
        });
        let file = file.ok_or_else(Problem::not_found)?;
        // A picture or a recording may also be sent as a plain file.
        if file.kind != kind && kind != FileKind::File {
            return Err(Problem::input(
                "body.file",
                "file_kind",
                "The file is not of this kind.",
            ));
        }
        Ok(file)
    }

    /// The file belongs to `subject` (a conversation) from now on: who may see that may see the file.
    pub fn belongs(&self, tx: &mut Tx<'_>, org: Id, subject: Id) -> Result<(), Problem> {
        tx.exec(
            "UPDATE file SET subject = $3 WHERE org_id = $1 AND id = $2 AND subject = 0",
            args![org, self.id, subject],
        )?;
        Ok(())
    }
}
