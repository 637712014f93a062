use std::time::UNIX_EPOCH;

use base::Ms;

use crate::app::App;

/// A file that was just sent may not be written down as an import yet.
const FRESH_MS: i64 = 3_600_000;

/// Takes away bytes nobody names any more: forgotten files, and files of imports that are over.
pub(crate) async fn sweep(app: &App) {
    let now = app.edge.now();
    if let Err(problem) = store::sweep_files(&app.edge.db, &app.files, now).await {
        tracing::warn!(%problem, "forgotten files could not be taken away");
    }
    if let Err(error) = sweep_imports(app, now).await {
        tracing::warn!(error, "files of imports could not be taken away");
    }
}

async fn sweep_imports(app: &App, now: Ms) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    let Ok(mut files) = tokio::fs::read_dir(app.folder.join("imports")).await else {
        // Nothing was ever sent.
        return Ok(());
    };
    let kept = app
        .edge
        .db
        .read(move |tx| orders::privacy::kept_files(tx, now))
        .await;
    let kept = kept.map_err(|problem| problem.to_string())?;
    while let Some(file) = files.next_entry().await.map_err(words)? {
        let written = file
            .metadata()
            .await
            .and_then(|about| about.modified())
            .map_err(words)?;
        let written = written.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let written = Ms(i64::try_from(written).unwrap_or(i64::MAX));
        if !kept.contains(&file.path()) && now.since(written) > FRESH_MS {
            tokio::fs::remove_file(file.path()).await.map_err(words)?;
        }
    }
    Ok(())
}
