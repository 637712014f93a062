use crate::app::App;

/// Takes away bytes nobody names any more: forgotten files, and files of imports that are over.
pub(crate) async fn sweep(app: &App) {
    if let Err(problem) = store::sweep_files(&app.edge.db, &app.files, app.edge.now()).await {
        tracing::warn!(%problem, "forgotten files could not be taken away");
    }
    if let Err(problem) = app.importer.tidy(&app.imports()).await {
        tracing::warn!(%problem, "files of imports could not be taken away");
    }
}
