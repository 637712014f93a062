use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Live, Problem};
use channels::http::Desk;
use hub::Hub;
use orders::import::Importer;
use store::{Db, Files, FolderLock, Open, Schema};
use team::Setting;
use team::http::Edge;

use crate::clock;
use crate::config::Where;
use crate::messages::Searcher;
use crate::viewers::Viewers;

/// The tables of all rooms, floor first.
pub(crate) const SCHEMAS: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
    orders::SCHEMA,
    reception::SCHEMA,
];

/// The settings of all rooms.
pub(crate) static SETTINGS: &[&[Setting]] = &[
    &team::SETTINGS,
    catalogue::SETTINGS,
    knowledge::SETTINGS,
    knowledge::THINGS_SETTINGS,
    &knowledge::check::CHECK_SETTINGS,
    orders::desk::SETTINGS,
    reception::SETTINGS,
    channels::SETTINGS,
];

/// Everything a running program works with.
#[derive(Clone)]
pub(crate) struct App {
    pub edge: Edge,
    pub hub: Arc<Hub>,
    pub files: Files,
    pub desk: Desk,
    pub searcher: Searcher,
    pub importer: Importer,
    pub viewers: Arc<Viewers>,
    pub shelves: knowledge::Shelves,
    pub folder: PathBuf,
    /// Held as long as the program runs.
    _lock: Arc<FolderLock>,
}

impl App {
    /// Opens the data: takes the folder, brings the tables up to date. `folder_locked` when another
    /// process has it.
    pub(crate) async fn open(place: &Where) -> Result<App, Problem> {
        let lock = FolderLock::take(place.folder())?;
        let hub = Arc::new(Hub::default());
        let publisher = Arc::clone(&hub);
        let publish = Box::new(move |live: Live| publisher.publish(&live));
        let db = Db::open(Open {
            url: place.database()?,
            schemas: SCHEMAS.to_vec(),
            publish,
        })
        .await?;
        let now = clock::now();
        db.write(move |tx| reception::hand_over_quick_replies(tx, now))
            .await?;
        let files = Files::open(place.files()?.as_deref(), place.folder())?;
        let edge = Edge {
            db,
            settings: SETTINGS,
            clock: clock::now,
            proxy_trusted: place.file()?.proxy_trusted.unwrap_or(false),
        };
        let desk = Desk {
            edge: edge.clone(),
            hub: Arc::clone(&hub),
            files: files.clone(),
            limits: Arc::default(),
            places: Arc::default(),
            pages: Arc::default(),
        };
        let searcher = Searcher::new(place.folder().join("search"));
        let importer = Importer::new(edge.db.clone(), clock::now).with_talks(reception::TALKS);
        let folder = place.folder().to_path_buf();
        Ok(App {
            edge,
            hub,
            files,
            desk,
            searcher,
            importer,
            viewers: Arc::default(),
            shelves: knowledge::Shelves::default(),
            folder,
            _lock: Arc::new(lock),
        })
    }

    /// Where files lie that were uploaded for imports.
    pub(crate) fn imports(&self) -> PathBuf {
        self.folder.join("imports")
    }

    /// The socket of the folder's own administration.
    pub(crate) fn admin_socket(folder: &Path) -> PathBuf {
        folder.join("admin.sock")
    }
}
